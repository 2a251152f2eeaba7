DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (state, due_at);
ALTER TABLE outbox DROP CONSTRAINT outbox_claimed_check, DROP CONSTRAINT outbox_state_check, DROP CONSTRAINT outbox_check;
UPDATE outbox SET subject_id = NULL, subject_kind = NULL WHERE recipient_id IS NULL;
ALTER TABLE outbox ADD COLUMN in_doubt boolean NOT NULL DEFAULT FALSE;
UPDATE outbox SET in_doubt = TRUE WHERE doubts > 0;
UPDATE outbox SET state = CASE state WHEN 'claimed' THEN 'queued' ELSE 'dead' END WHERE state IN ('claimed', 'in_doubt');
ALTER TABLE outbox
    DROP COLUMN doubts, DROP COLUMN claim_token, DROP COLUMN lease_until, DROP COLUMN tried_at, DROP COLUMN overdue_since,
    ADD CONSTRAINT outbox_check
        CHECK ((recipient_id IS NULL) = (subject_id IS NULL) AND (recipient_id IS NULL) = (subject_kind IS NULL)),
    ADD CONSTRAINT outbox_state_check
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'dropped'));
