DROP TABLE message_preferences;
DELETE FROM outbox WHERE recipient_id IS NOT NULL OR channel <> 'email';
CREATE TABLE outbox_before (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    message BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT
);
INSERT INTO outbox_before
SELECT id, kind, message,
    CASE state WHEN 'claimed' THEN 'queued' WHEN 'queued' THEN 'queued' WHEN 'failed' THEN 'dead' WHEN 'dead' THEN 'dead' ELSE 'sent' END,
    attempts, due_at, created_at, sent_at
FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_before RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (state, due_at);
