-- Messages by e-mail and by text, those whose words are found when they are due, and how each person wants to be written to.

ALTER TABLE outbox DROP CONSTRAINT outbox_state_check;
ALTER TABLE outbox
    ADD CONSTRAINT outbox_state_check
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'dropped')),
    -- none until it is decided
    ADD COLUMN channel TEXT CHECK (channel IN ('email', 'sms')),
    -- of a notice: whose account it goes to, and what it is about
    ADD COLUMN recipient_id uuid REFERENCES accounts (id) ON DELETE CASCADE,
    ADD COLUMN subject_kind TEXT,
    ADD COLUMN subject_id uuid,
    -- nobody knows whether the last attempt went through
    ADD COLUMN in_doubt boolean NOT NULL DEFAULT FALSE,
    -- what went wrong last, in a word or two of ours
    ADD COLUMN failure TEXT,
    -- the gateway's own id, and when to ask it how the message is
    ADD COLUMN remote_id TEXT,
    ADD COLUMN poll_at timestamptz,
    -- set once nothing more is to be done: when the row goes
    ADD COLUMN keep_until timestamptz;
UPDATE outbox SET channel = 'email', keep_until = CASE WHEN state <> 'queued' THEN created_at + interval '90 days' END;
ALTER TABLE outbox
    ADD CHECK ((recipient_id IS NULL) = (subject_id IS NULL) AND (recipient_id IS NULL) = (subject_kind IS NULL)),
    ADD CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    ADD CONSTRAINT outbox_words_go CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR octet_length(message) = 0);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);

CREATE TABLE message_preferences (
    practitioner_id uuid PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'essential_only')),
    -- minutes after midnight on a clock in Britain; none for somebody whom a message may reach at any hour
    quiet_from integer CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until integer CHECK (quiet_until BETWEEN 0 AND 1439),
    wording TEXT NOT NULL CHECK (wording IN ('neutral', 'named')),
    reminders boolean NOT NULL,
    -- mobile number and subject line, sealed
    details bytea NOT NULL,
    mobile_verified_at timestamptz,
    -- a keyed print of the code that was sent to the number, until when it is good, and how often a wrong one was tried
    code_print TEXT,
    code_sent_at timestamptz,
    code_tries integer NOT NULL DEFAULT 0,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (quiet_from <> quiet_until),
    CHECK ((code_print IS NULL) = (code_sent_at IS NULL))
);
