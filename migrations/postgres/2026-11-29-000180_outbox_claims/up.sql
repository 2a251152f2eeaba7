-- Claims that end by the database's clock, messages that may have arrived, and each carrier apart.

ALTER TABLE outbox DROP CONSTRAINT outbox_state_check, DROP CONSTRAINT outbox_check;
ALTER TABLE outbox
    ADD CONSTRAINT outbox_state_check
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'in_doubt', 'dropped')),
    -- how often it was handed over without an answer
    ADD COLUMN doubts integer NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    -- of a claimed one: under which token, and when the claim ends by the database's clock
    ADD COLUMN claim_token uuid,
    ADD COLUMN lease_until timestamptz,
    -- when it was tried last, and since when it has been due
    ADD COLUMN tried_at timestamptz,
    ADD COLUMN overdue_since timestamptz;
UPDATE outbox SET doubts = 1 WHERE in_doubt OR state = 'claimed';
UPDATE outbox SET state = 'queued' WHERE state = 'claimed';
ALTER TABLE outbox
    DROP COLUMN in_doubt,
    -- what goes to a person without an account may be about something, too
    ADD CONSTRAINT outbox_check
        CHECK ((subject_id IS NULL) = (subject_kind IS NULL) AND (recipient_id IS NULL OR subject_id IS NOT NULL)),
    ADD CONSTRAINT outbox_claimed_check CHECK (state <> 'claimed' OR (claim_token IS NOT NULL AND lease_until IS NOT NULL));
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
