-- Staff groups most at risk are written to, at work, by way of their employer.

CREATE TABLE outreach_campaigns (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('individual_offer', 'team_support', 'senior_leaders')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'ready', 'running', 'paused', 'finished', 'cancelled')),
    reason TEXT NOT NULL CHECK (reason IN ('incident', 'bereavement', 'rota', 'winter', 'inspection', 'reorganisation', 'other')),
    wording TEXT NOT NULL CHECK (wording IN ('staff_offer', 'recent_events', 'busy_weeks', 'team_offer', 'senior_offer')),
    by_email BOOLEAN NOT NULL,
    by_text BOOLEAN NOT NULL,
    -- how many messages an hour
    per_hour INTEGER NOT NULL CHECK (per_hour BETWEEN 1 AND 60000),
    -- minutes after midnight on a clock in Britain
    quiet_from INTEGER NOT NULL CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until INTEGER NOT NULL CHECK (quiet_until BETWEEN 0 AND 1439),
    starts_at TEXT NOT NULL,
    -- the last day; afterwards everybody's contact is deleted
    ends_on DATE NOT NULL,
    -- the group, the organisation, its contact and its statement, sealed as one document
    details BLOB NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    handed_in_by TEXT REFERENCES accounts (id),
    released_by TEXT REFERENCES accounts (id),
    released_at TEXT,
    -- when the next message may go; none while nothing is to be sent
    next_at TEXT,
    closed_at TEXT,
    -- what may be told of it, counted once when it was closed; sealed
    counts BLOB,
    -- when the last contact was deleted
    erased_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
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
    id TEXT PRIMARY KEY NOT NULL,
    campaign_id TEXT NOT NULL REFERENCES outreach_campaigns (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'skipped')),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    -- sealed; empty for whoever does not want to be written to
    address BLOB NOT NULL,
    -- a keyed print of it
    address_index TEXT NOT NULL,
    -- a keyed print of the link in the message, and the message
    token_tag TEXT,
    message_id TEXT,
    sent_at TEXT,
    delivery TEXT CHECK (delivery IN ('delivered', 'failed')),
    response TEXT CHECK (response IN ('self_check', 'please_contact_me', 'asks_for_team_session', 'opt_out')),
    responded_at TEXT,
    created_at TEXT NOT NULL,
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
    address_index TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('link', 'coordinator'))
);

-- Teams whose lead asked for a session.
CREATE TABLE outreach_team_requests (
    id TEXT PRIMARY KEY NOT NULL,
    campaign_id TEXT NOT NULL REFERENCES outreach_campaigns (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'taken', 'done')),
    -- how to reach whoever asked, and what they said, sealed as one document; empty once it is done
    details BLOB NOT NULL,
    taken_by TEXT REFERENCES accounts (id),
    taken_at TEXT,
    done_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    CHECK ((state = 'open') = (taken_by IS NULL) AND (taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
CREATE INDEX outreach_team_requests_campaign ON outreach_team_requests (campaign_id);
CREATE INDEX outreach_team_requests_state ON outreach_team_requests (state, id);
CREATE INDEX outreach_team_requests_taken_by ON outreach_team_requests (taken_by);
