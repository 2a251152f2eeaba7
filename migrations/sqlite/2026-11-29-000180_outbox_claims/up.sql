-- Claims that end by the database's clock, messages that may have arrived, and each carrier apart.

CREATE TABLE outbox_new (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- recipient and words, sealed; empty for a notice until it is due, and for every message once it is gone
    message BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'in_doubt', 'dropped')),
    -- tries that counted towards giving up
    attempts INTEGER NOT NULL DEFAULT 0,
    -- when to send it
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    -- none until it is decided
    channel TEXT CHECK (channel IN ('email', 'sms')),
    -- of a notice: whose account it goes to, and what it is about
    recipient_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    subject_kind TEXT,
    subject_id TEXT,
    -- what went wrong last, in a word or two of ours
    failure TEXT,
    -- the gateway's own id, and when to ask it how the message is
    remote_id TEXT,
    poll_at TEXT,
    -- set once nothing more is to be done: when the row goes
    keep_until TEXT,
    -- how often it was handed over without an answer
    doubts INTEGER NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    -- of a claimed one: under which token, and when the claim ends by the database's clock
    claim_token TEXT,
    lease_until TEXT,
    -- when it was tried last, and since when it has been due
    tried_at TEXT,
    overdue_since TEXT,
    CHECK ((subject_id IS NULL) = (subject_kind IS NULL) AND (recipient_id IS NULL OR subject_id IS NOT NULL)),
    CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR length(message) = 0),
    CHECK (state <> 'claimed' OR (claim_token IS NOT NULL AND lease_until IS NOT NULL))
);
INSERT INTO outbox_new (id, kind, message, state, attempts, due_at, created_at, sent_at, channel, recipient_id, subject_kind,
    subject_id, doubts, failure, remote_id, poll_at, keep_until)
SELECT id, kind, message, CASE state WHEN 'claimed' THEN 'queued' ELSE state END, attempts, due_at, created_at, sent_at, channel,
    recipient_id, subject_kind, subject_id, CASE WHEN in_doubt OR state = 'claimed' THEN 1 ELSE 0 END, failure, remote_id, poll_at,
    keep_until
FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);
