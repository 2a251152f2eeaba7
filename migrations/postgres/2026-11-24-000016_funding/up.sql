-- Who asks their local commissioner for the money, and what came of it.

CREATE TABLE funding_requests (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- the integrated care board that is asked, once the person has named it
    icb_code TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'approved',
        'approved_limited', 'declined', 'reconsideration', 'appeal', 'final', 'withdrawn', 'expired')),
    -- reason, what may be told and how much is asked for, sealed as one document
    details bytea NOT NULL,
    consented_at timestamptz,
    submitted_at timestamptz,
    -- since when the commissioner knows of it
    sent_at timestamptz,
    panel_on date,
    decided_at timestamptz,
    -- the limits of an approval, and what of them is used
    sessions_limit integer,
    sessions_used integer NOT NULL,
    amount_limit_pence integer,
    amount_used_pence integer NOT NULL,
    valid_until date,
    -- when the present state wants an answer, and how far its reminders have come
    due_on date,
    reminded integer NOT NULL CHECK (reminded BETWEEN 0 AND 2),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (sessions_used >= 0 AND (sessions_limit IS NULL OR sessions_used <= sessions_limit)),
    CHECK (amount_used_pence >= 0 AND (amount_limit_pence IS NULL OR amount_used_pence <= amount_limit_pence)),
    CHECK (state <> 'approved_limited' OR sessions_limit IS NOT NULL OR amount_limit_pence IS NOT NULL OR valid_until IS NOT NULL)
);
CREATE INDEX funding_requests_practitioner ON funding_requests (practitioner_id, id);
CREATE INDEX funding_requests_area ON funding_requests (icb_code, id);
CREATE INDEX funding_requests_state ON funding_requests (state, id);
CREATE INDEX funding_requests_expiry ON funding_requests (state, valid_until);
CREATE INDEX funding_requests_due ON funding_requests (reminded, due_on);
-- one a person under way
CREATE UNIQUE INDEX funding_requests_one_open ON funding_requests (practitioner_id)
    WHERE state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'reconsideration', 'appeal');

-- The history of a request: added to, never changed.
CREATE TABLE funding_events (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES funding_requests (id),
    -- in which order, also of what happened in one instant
    number integer NOT NULL,
    at timestamptz NOT NULL,
    -- none for what the service did by itself
    actor_id uuid REFERENCES accounts (id),
    actor_role TEXT NOT NULL,
    event TEXT NOT NULL CHECK (event IN ('begun', 'completed', 'submitted', 'screening_begun', 'information_requested',
        'information_given', 'sent_to_panel', 'approved', 'approved_limited', 'declined', 'reconsideration_asked', 'appealed',
        'withdrawn', 'expired', 'appointment_kept')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'screening', 'information_requested', 'panel', 'approved',
        'approved_limited', 'declined', 'reconsideration', 'appeal', 'final', 'withdrawn', 'expired')),
    -- what was said, sealed as one document
    details bytea
);
CREATE UNIQUE INDEX funding_events_request ON funding_events (request_id, number);
CREATE INDEX funding_events_actor ON funding_events (actor_id);

-- What an approval was used for: a row an appointment.
CREATE TABLE funding_uses (
    id uuid PRIMARY KEY NOT NULL,
    request_id uuid NOT NULL REFERENCES funding_requests (id),
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    session TEXT NOT NULL CHECK (session IN ('assessment', 'treatment')),
    pence integer NOT NULL CHECK (pence >= 0),
    starts_at timestamptz NOT NULL,
    booked_at timestamptz NOT NULL,
    -- when the appointment was called off
    called_off_at timestamptz,
    -- set when that gave the session back
    given_back_at timestamptz,
    -- a coordinator lets an appointment stand whose approval has ended
    kept_at timestamptz,
    kept_by uuid REFERENCES accounts (id),
    CHECK ((kept_at IS NULL) = (kept_by IS NULL)),
    CHECK (given_back_at IS NULL OR called_off_at IS NOT NULL)
);
CREATE UNIQUE INDEX funding_uses_appointment ON funding_uses (appointment_id);
CREATE INDEX funding_uses_request ON funding_uses (request_id, id);
CREATE INDEX funding_uses_time ON funding_uses (starts_at, id);
CREATE INDEX funding_uses_kept_by ON funding_uses (kept_by);

-- For which boards a commissioner decides.
CREATE TABLE commissioned_areas (
    account_id uuid NOT NULL REFERENCES accounts (id),
    icb_code TEXT NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, icb_code)
);
CREATE INDEX commissioned_areas_board ON commissioned_areas (icb_code, account_id);
