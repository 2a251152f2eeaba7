-- The tables of the crate partners: the hubs, and employers whose staff are written to.

-- ---------- hubs: how each is reached and by whom it is run, what leads to an area, and who is sent where ----------

-- The staff mental-health hubs, and which areas each covered when.
CREATE TABLE hubs (
    id uuid PRIMARY KEY NOT NULL,
    name text NOT NULL,
    region text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    -- which help it gives, as a list in JSON
    help text NOT NULL DEFAULT '[]',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT '2026-11-24T00:00:00.000000Z',
    updated_at timestamptz NOT NULL DEFAULT '2026-11-24T00:00:00.000000Z'
);
CREATE INDEX hubs_name ON hubs (name, id);

CREATE TABLE hub_coverage (
    hub_id uuid NOT NULL REFERENCES hubs (id),
    icb_code text NOT NULL,
    valid_from date NOT NULL,
    -- the first day on which it no longer holds
    valid_until date,
    PRIMARY KEY (hub_id, icb_code, valid_from),
    CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX hub_coverage_area ON hub_coverage (icb_code, hub_id);

-- By which ways a hub was reached when: public words.
CREATE TABLE hub_channels (
    id uuid PRIMARY KEY NOT NULL,
    hub_id uuid NOT NULL REFERENCES hubs (id),
    channel text NOT NULL CHECK (channel IN ('phone', 'email', 'text', 'web')),
    contact text NOT NULL,
    hours text NOT NULL,
    valid_from date NOT NULL,
    -- the first day on which it no longer holds
    valid_until date,
    CHECK (valid_until IS NULL OR valid_until > valid_from)
);
CREATE INDEX hub_channels_hub ON hub_channels (hub_id, valid_from);

-- How many of which discipline work there; nobody is named.
CREATE TABLE hub_teams (
    hub_id uuid NOT NULL REFERENCES hubs (id),
    discipline text NOT NULL CHECK (discipline IN ('mental_health_clinician', 'therapist', 'recovery_worker', 'psychologist')),
    people integer NOT NULL CHECK (people BETWEEN 1 AND 1000),
    PRIMARY KEY (hub_id, discipline)
);

-- The coordinators who run a hub. Those who are in no row belong to the service itself.
CREATE TABLE hub_coordinators (
    hub_id uuid NOT NULL REFERENCES hubs (id),
    account_id uuid NOT NULL REFERENCES accounts (id),
    -- for whom they work, where that is known, as a keyed index
    employer_index text,
    assigned_by uuid NOT NULL REFERENCES accounts (id),
    assigned_at timestamptz NOT NULL,
    PRIMARY KEY (hub_id, account_id)
);
CREATE INDEX hub_coordinators_account ON hub_coordinators (account_id);
CREATE INDEX hub_coordinators_by ON hub_coordinators (assigned_by);

-- Which boards' areas an outcode, or the letters it begins with, or an employer lies in.
CREATE TABLE area_places (
    kind text NOT NULL CHECK (kind IN ('outcode', 'employer')),
    code text NOT NULL,
    icb_code text NOT NULL,
    valid_from date NOT NULL,
    -- the first day on which it no longer holds
    valid_until date,
    -- what an employer is called
    name text,
    -- false for what only general knowledge says
    confirmed boolean NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (kind, code, icb_code, valid_from),
    CHECK (valid_until IS NULL OR valid_until > valid_from),
    CHECK (kind <> 'employer' OR name IS NOT NULL)
);

-- Who is sent where.
CREATE TABLE hub_referrals (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('hub_to_service', 'service_to_hub', 'hub_to_help')),
    -- the hub that sends or that is sent to
    hub_id uuid NOT NULL REFERENCES hubs (id),
    -- none for somebody who is not registered
    practitioner_id uuid REFERENCES practitioners (id),
    -- the contact that it came from, where there is one
    contact_id uuid REFERENCES contacts (id),
    made_by uuid NOT NULL REFERENCES accounts (id),
    state text NOT NULL CHECK (state IN ('sent', 'information_requested', 'accepted', 'declined', 'withdrawn', 'closed')),
    -- who and why, sealed as one document
    details bytea NOT NULL,
    consented_at timestamptz,
    consent_withdrawn_at timestamptz,
    -- the keyed tag of the code by which somebody without an account sees how it stands
    code_tag text,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (kind = 'service_to_hub' OR practitioner_id IS NULL),
    CHECK ((practitioner_id IS NULL) = (code_tag IS NOT NULL)),
    -- somebody who is registered is sent on only with their consent
    CHECK (practitioner_id IS NULL OR consented_at IS NOT NULL),
    CHECK (consent_withdrawn_at IS NULL OR consented_at IS NOT NULL)
);
CREATE INDEX hub_referrals_hub ON hub_referrals (hub_id, id);
CREATE INDEX hub_referrals_kind ON hub_referrals (kind, id);
CREATE INDEX hub_referrals_practitioner ON hub_referrals (practitioner_id, id);
CREATE INDEX hub_referrals_maker ON hub_referrals (made_by, id);
CREATE INDEX hub_referrals_contact ON hub_referrals (contact_id);
CREATE UNIQUE INDEX hub_referrals_code ON hub_referrals (code_tag);

-- The history of a referral: added to, never changed.
CREATE TABLE hub_referral_events (
    id uuid PRIMARY KEY NOT NULL,
    referral_id uuid NOT NULL REFERENCES hub_referrals (id),
    -- in which order, also of what happened in one instant
    number integer NOT NULL,
    at timestamptz NOT NULL,
    -- none for what somebody without an account did
    actor_id uuid REFERENCES accounts (id),
    party text NOT NULL CHECK (party IN ('sender', 'receiver', 'person')),
    event text NOT NULL CHECK (event IN ('made', 'information_requested', 'information_given', 'accepted', 'declined', 'withdrawn',
        'closed', 'consent_withdrawn')),
    state text NOT NULL CHECK (state IN ('sent', 'information_requested', 'accepted', 'declined', 'withdrawn', 'closed')),
    -- what was said, sealed as one document
    details bytea
);
CREATE UNIQUE INDEX hub_referral_events_referral ON hub_referral_events (referral_id, number);
CREATE INDEX hub_referral_events_actor ON hub_referral_events (actor_id);

-- ---------- outreach: staff groups most at risk are written to, at work, by way of their employer ----------

CREATE TABLE outreach_campaigns (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL CHECK (kind IN ('individual_offer', 'team_support', 'senior_leaders')),
    state text NOT NULL CHECK (state IN ('draft', 'ready', 'running', 'paused', 'finished', 'cancelled')),
    reason text NOT NULL CHECK (reason IN ('incident', 'bereavement', 'rota', 'winter', 'inspection', 'reorganisation', 'other')),
    wording text NOT NULL CHECK (wording IN ('staff_offer', 'recent_events', 'busy_weeks', 'team_offer', 'senior_offer')),
    by_email boolean NOT NULL,
    by_text boolean NOT NULL,
    -- how many messages an hour
    per_hour integer NOT NULL CHECK (per_hour BETWEEN 1 AND 60000),
    -- minutes after midnight on a clock in Britain
    quiet_from integer NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until integer NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    starts_at timestamptz NOT NULL,
    -- the last day; afterwards everybody's contact is deleted
    ends_on date NOT NULL,
    -- the group, the organisation, its contact and its statement, sealed as one document
    details bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    handed_in_by uuid REFERENCES accounts (id),
    released_by uuid REFERENCES accounts (id),
    released_at timestamptz,
    -- when the next message may go; none while nothing is to be sent
    next_at timestamptz,
    closed_at timestamptz,
    -- what may be told of it, counted once when it was closed; sealed
    counts bytea,
    -- when the last contact was deleted
    erased_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (by_email OR by_text),
    CHECK (quiet_from <> quiet_until),
    CHECK ((released_by IS NULL) = (released_at IS NULL)),
    CHECK (state NOT IN ('running', 'paused', 'finished') OR released_by IS NOT NULL),
    -- nobody releases what they wrote or handed in
    CHECK (released_by IS NULL OR (handed_in_by IS NOT NULL AND released_by <> created_by AND released_by <> handed_in_by)),
    CHECK (next_at IS NULL OR state = 'running'),
    CHECK ((state IN ('finished', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (counts IS NULL OR closed_at IS NOT NULL),
    CHECK (erased_at IS NULL OR closed_at IS NOT NULL)
);
CREATE INDEX outreach_campaigns_state ON outreach_campaigns (state, id);
CREATE INDEX outreach_campaigns_due ON outreach_campaigns (state, next_at);
CREATE INDEX outreach_campaigns_end ON outreach_campaigns (state, ends_on);
CREATE INDEX outreach_campaigns_erased ON outreach_campaigns (state, erased_at);
CREATE INDEX outreach_campaigns_created_by ON outreach_campaigns (created_by);
CREATE INDEX outreach_campaigns_handed_in_by ON outreach_campaigns (handed_in_by);
CREATE INDEX outreach_campaigns_released_by ON outreach_campaigns (released_by);

-- Who is to be written to. One row an address, so that nobody is written to twice.
CREATE TABLE outreach_recipients (
    id uuid PRIMARY KEY NOT NULL,
    campaign_id uuid NOT NULL REFERENCES outreach_campaigns (id),
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'skipped')),
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    -- sealed; empty for whoever does not want to be written to
    address bytea NOT NULL,
    -- a keyed print of it
    address_index text NOT NULL,
    -- a keyed print of the link in the message, and the message
    token_tag text,
    message_id uuid,
    sent_at timestamptz,
    delivery text CHECK (delivery IN ('delivered', 'failed')),
    response text CHECK (response IN ('self_check', 'please_contact_me', 'asks_for_team_session', 'opt_out')),
    responded_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((state = 'sent') = (token_tag IS NOT NULL) AND (state = 'sent') = (message_id IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK (state = 'sent' OR (delivery IS NULL AND response IS NULL)),
    CHECK ((response IS NULL) = (responded_at IS NULL))
);
CREATE UNIQUE INDEX outreach_recipients_once ON outreach_recipients (campaign_id, address_index);
CREATE UNIQUE INDEX outreach_recipients_token ON outreach_recipients (token_tag);
CREATE INDEX outreach_recipients_address ON outreach_recipients (address_index);
CREATE INDEX outreach_recipients_state ON outreach_recipients (campaign_id, state, id);

-- Who never wants to be written to again: a keyed print of the address and nothing else of anybody.
CREATE TABLE outreach_opt_outs (
    address_index text PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    source text NOT NULL CHECK (source IN ('link', 'coordinator'))
);

-- Teams whose lead asked for a session.
CREATE TABLE outreach_team_requests (
    id uuid PRIMARY KEY NOT NULL,
    campaign_id uuid NOT NULL REFERENCES outreach_campaigns (id),
    state text NOT NULL CHECK (state IN ('open', 'taken', 'done')),
    -- how to reach whoever asked, and what they said, sealed as one document; empty once it is done
    details bytea NOT NULL,
    taken_by uuid REFERENCES accounts (id),
    taken_at timestamptz,
    done_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((state = 'open') = (taken_by IS NULL) AND (taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX outreach_team_requests_campaign ON outreach_team_requests (campaign_id);
CREATE INDEX outreach_team_requests_state ON outreach_team_requests (state, id);
CREATE INDEX outreach_team_requests_taken_by ON outreach_team_requests (taken_by);

-- ---------- Rows that the service begins with ----------

-- A beginning, which an administrator corrects.
INSERT INTO area_places (kind, code, icb_code, valid_from, valid_until, name, confirmed, source) VALUES
    ('outcode', 'AL', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'B', 'QHL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'B', 'QUA', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BA', 'QOX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BA', 'QSL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BB', 'QE1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BD', 'QWO', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BH', 'QVV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BL', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BN', 'QNX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BR', 'QKK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'BS', 'QUY', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CA', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CB', 'QUE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CH', 'QYG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CM', 'QH8', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CM', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CO', 'QJG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CR', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CT', 'QKS', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CV', 'QWU', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'CW', 'QYG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DA', 'QKS', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DA', 'QKK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DE', 'QJ2', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DH', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DL', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DL', 'QOQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DN', 'QF7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DN', 'QOQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DT', 'QVV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DY', 'QUA', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'DY', 'QGH', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'E', 'QMF', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EC', 'QMF', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EC', 'QMJ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EN', 'QMJ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EN', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EX', 'QJK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'FY', 'QE1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'GL', 'QR1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'GU', 'QXU', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'GU', 'QNQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'GU', 'QRL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HA', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HD', 'QWO', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HG', 'QOQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HP', 'QU9', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HP', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HR', 'QGH', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HU', 'QOQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'HX', 'QWO', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'IG', 'QMF', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'IP', 'QJG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'IP', 'QMM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'KT', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'KT', 'QXU', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'L', 'QYG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'LA', 'QE1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'LE', 'QK1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'LN', 'QJM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'LS', 'QWO', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'LU', 'QHG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'M', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'ME', 'QKS', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'MK', 'QHG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'N', 'QMJ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'N', 'QMF', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NE', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NG', 'QT1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NN', 'QPM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NR', 'QMM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NW', 'QMJ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'NW', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'OL', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'OX', 'QU9', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PE', 'QUE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PE', 'QJM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PE', 'QMM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PL', 'QJK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PL', 'QT6', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PO', 'QRL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PO', 'QNX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'PR', 'QE1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RG', 'QU9', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RG', 'QNQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RG', 'QRL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RH', 'QXU', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RH', 'QNX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RM', 'QMF', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RM', 'QH8', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'S', 'QF7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'S', 'QJ2', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SE', 'QKK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SG', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SG', 'QHG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SK', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SK', 'QYG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SK', 'QJ2', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SL', 'QNQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SL', 'QU9', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SM', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SN', 'QOX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SO', 'QRL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SP', 'QOX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SP', 'QRL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SR', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SS', 'QH8', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'ST', 'QNC', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SY', 'QOC', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TA', 'QSL', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TF', 'QOC', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TN', 'QKS', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TN', 'QNX', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TQ', 'QJK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TR', 'QT6', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TS', 'QHM', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TW', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'TW', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'UB', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'W', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WA', 'QYG', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WA', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WC', 'QMJ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WC', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WD', 'QM7', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WF', 'QWO', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WN', 'QOP', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WR', 'QGH', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WS', 'QUA', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WS', 'QNC', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WV', 'QUA', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'YO', 'QOQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW1', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW3', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW5', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW6', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW7', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW10', 'QRV', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW2', 'QKK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SW9', 'QKK', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'SE25', 'QWE', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RG12', 'QNQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'RG42', 'QNQ', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'WN8', 'QE1', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('outcode', 'EX23', 'QT6', '2020-10-01', NULL, NULL, FALSE, 'General knowledge of where post towns lie'),
    ('employer', 'R0A', 'QOP', '2020-10-01', NULL, 'Manchester University NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'R0B', 'QHM', '2020-10-01', NULL, 'South Tyneside and Sunderland NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'R0D', 'QVV', '2020-10-01', NULL, 'University Hospitals Dorset NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'R1A', 'QGH', '2020-10-01', NULL, 'Herefordshire and Worcestershire Health and Care NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'R1H', 'QMF', '2020-10-01', NULL, 'Barts Health NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'R1K', 'QRV', '2020-10-01', NULL, 'London North West University Healthcare NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RA2', 'QXU', '2020-10-01', NULL, 'Royal Surrey NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RA7', 'QUY', '2020-10-01', NULL, 'University Hospitals Bristol and Weston NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RA9', 'QJK', '2020-10-01', NULL, 'Torbay and South Devon NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RAE', 'QWO', '2020-10-01', NULL, 'Bradford Teaching Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RAJ', 'QH8', '2020-10-01', NULL, 'Mid and South Essex NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RAL', 'QMJ', '2020-10-01', NULL, 'Royal Free London NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RBK', 'QUA', '2020-10-01', NULL, 'Walsall Healthcare NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RBL', 'QYG', '2020-10-01', NULL, 'Wirral University Teaching Hospital NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RC9', 'QHG', '2020-10-01', NULL, 'Bedfordshire Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RCB', 'QOQ', '2020-10-01', NULL, 'York and Scarborough Teaching Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RD1', 'QOX', '2020-10-01', NULL, 'Royal United Hospitals Bath NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RD8', 'QHG', '2020-10-01', NULL, 'Milton Keynes University Hospital NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RDE', 'QJG', '2020-10-01', NULL, 'East Suffolk and North Essex NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RDU', 'QNQ', '2020-10-01', NULL, 'Frimley Health NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'REF', 'QT6', '2020-10-01', NULL, 'Royal Cornwall Hospitals NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'REM', 'QYG', '2020-10-01', NULL, 'Liverpool University Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RF4', 'QMF', '2020-10-01', NULL, 'Barking, Havering and Redbridge University Hospitals NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RFS', 'QJ2', '2020-10-01', NULL, 'Chesterfield Royal Hospital NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RGN', 'QUE', '2020-10-01', NULL, 'North West Anglia NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RGT', 'QUE', '2020-10-01', NULL, 'Cambridge University Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RH5', 'QSL', '2020-10-01', NULL, 'Somerset NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RH8', 'QJK', '2020-10-01', NULL, 'Royal Devon University Healthcare NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RHA', 'QT1', '2020-10-01', NULL, 'Nottinghamshire Healthcare NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RHM', 'QRL', '2020-10-01', NULL, 'University Hospital Southampton NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RHQ', 'QF7', '2020-10-01', NULL, 'Sheffield Teaching Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RHW', 'QU9', '2020-10-01', NULL, 'Royal Berkshire NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJ1', 'QKK', '2020-10-01', NULL, 'Guy''s and St Thomas'' NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJ2', 'QKK', '2020-10-01', NULL, 'Lewisham and Greenwich NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJ6', 'QWE', '2020-10-01', NULL, 'Croydon Health Services NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJ7', 'QWE', '2020-10-01', NULL, 'St George''s University Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJE', 'QNC', '2020-10-01', NULL, 'University Hospitals of North Midlands NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RJZ', 'QKK', '2020-10-01', NULL, 'King''s College Hospital NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RK9', 'QJK', '2020-10-01', NULL, 'University Hospitals Plymouth NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RKB', 'QWU', '2020-10-01', NULL, 'University Hospitals Coventry and Warwickshire NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RL4', 'QUA', '2020-10-01', NULL, 'The Royal Wolverhampton NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RM1', 'QMM', '2020-10-01', NULL, 'Norfolk and Norwich University Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RM3', 'QOP', '2020-10-01', NULL, 'Northern Care Alliance NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RNA', 'QUA', '2020-10-01', NULL, 'The Dudley Group NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RNS', 'QPM', '2020-10-01', NULL, 'Northampton General Hospital NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RP7', 'QJM', '2020-10-01', NULL, 'Lincolnshire Partnership NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RPA', 'QKS', '2020-10-01', NULL, 'Medway NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RR8', 'QWO', '2020-10-01', NULL, 'Leeds Teaching Hospitals NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RRK', 'QHL', '2020-10-01', NULL, 'University Hospitals Birmingham NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RRV', 'QMJ', '2020-10-01', NULL, 'University College London Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RT5', 'QK1', '2020-10-01', NULL, 'Leicestershire Partnership NHS Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTD', 'QHM', '2020-10-01', NULL, 'The Newcastle upon Tyne Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTE', 'QR1', '2020-10-01', NULL, 'Gloucestershire Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTG', 'QJ2', '2020-10-01', NULL, 'University Hospitals of Derby and Burton NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTH', 'QU9', '2020-10-01', NULL, 'Oxford University Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTK', 'QXU', '2020-10-01', NULL, 'Ashford and St Peter''s Hospitals NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge'),
    ('employer', 'RTX', 'QE1', '2020-10-01', NULL, 'University Hospitals of Morecambe Bay NHS Foundation Trust', FALSE, 'Code and name: NHS organisation data as published; board: general knowledge');
