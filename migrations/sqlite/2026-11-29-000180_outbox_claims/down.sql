CREATE TABLE outbox_before (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    message BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    channel TEXT CHECK (channel IN ('email', 'sms')),
    recipient_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    subject_kind TEXT,
    subject_id TEXT,
    in_doubt BOOLEAN NOT NULL DEFAULT FALSE,
    failure TEXT,
    remote_id TEXT,
    poll_at TEXT,
    keep_until TEXT,
    CHECK ((recipient_id IS NULL) = (subject_id IS NULL) AND (recipient_id IS NULL) = (subject_kind IS NULL)),
    CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR length(message) = 0)
);
INSERT INTO outbox_before (id, kind, message, state, attempts, due_at, created_at, sent_at, channel, recipient_id, subject_kind,
    subject_id, in_doubt, failure, remote_id, poll_at, keep_until)
SELECT id, kind, message, CASE state WHEN 'claimed' THEN 'queued' WHEN 'in_doubt' THEN 'dead' ELSE state END, attempts, due_at,
    created_at, sent_at, channel, recipient_id,
    CASE WHEN recipient_id IS NOT NULL THEN subject_kind END, CASE WHEN recipient_id IS NOT NULL THEN subject_id END, doubts > 0,
    failure, remote_id, poll_at, keep_until
FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_before RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);
