DROP TABLE message_preferences;
DELETE FROM outbox WHERE recipient_id IS NOT NULL OR channel <> 'email';
ALTER TABLE outbox
    DROP COLUMN channel, DROP COLUMN recipient_id, DROP COLUMN subject_kind, DROP COLUMN subject_id, DROP COLUMN in_doubt,
    DROP COLUMN failure, DROP COLUMN remote_id, DROP COLUMN poll_at, DROP COLUMN keep_until,
    DROP CONSTRAINT outbox_state_check;
DROP INDEX outbox_listed;
ALTER TABLE outbox DROP CONSTRAINT outbox_words_go;
UPDATE outbox SET state = CASE state WHEN 'claimed' THEN 'queued' WHEN 'queued' THEN 'queued' WHEN 'failed' THEN 'dead'
    WHEN 'dead' THEN 'dead' ELSE 'sent' END;
ALTER TABLE outbox ADD CONSTRAINT outbox_state_check CHECK (state IN ('queued', 'sent', 'dead'));
