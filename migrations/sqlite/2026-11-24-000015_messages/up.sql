-- Messages by e-mail and by text, those whose words are found when they are due, and how each person wants to be written to.

CREATE TABLE outbox_anew (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- recipient and words, sealed; empty for a notice until it is due, and for everybody once it is gone
    message BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'dropped')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- when to send it; of a claimed one, when the claim runs out
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    sent_at TEXT,
    -- none until it is decided
    channel TEXT CHECK (channel IN ('email', 'sms')),
    -- of a notice: whose account it goes to, and what it is about
    recipient_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    subject_kind TEXT,
    subject_id TEXT,
    -- nobody knows whether the last attempt went through
    in_doubt BOOLEAN NOT NULL DEFAULT FALSE,
    -- what went wrong last, in a word or two of ours
    failure TEXT,
    -- the gateway's own id, and when to ask it how the message is
    remote_id TEXT,
    poll_at TEXT,
    -- set once nothing more is to be done: when the row goes
    keep_until TEXT,
    CHECK ((recipient_id IS NULL) = (subject_id IS NULL) AND (recipient_id IS NULL) = (subject_kind IS NULL)),
    CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR length(message) = 0)
);
INSERT INTO outbox_anew (id, kind, message, state, attempts, due_at, created_at, sent_at, channel, keep_until)
SELECT id, kind, message, state, attempts, due_at, created_at, sent_at, 'email',
    CASE WHEN state <> 'queued' THEN strftime('%Y-%m-%dT%H:%M:%S.000000Z', created_at, '+90 days') END
FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_anew RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (state, due_at);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);

CREATE TABLE message_preferences (
    practitioner_id TEXT PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'essential_only')),
    -- minutes after midnight on a clock in Britain; none for somebody whom a message may reach at any hour
    quiet_from INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until INTEGER CHECK (quiet_until BETWEEN 0 AND 1439),
    wording TEXT NOT NULL CHECK (wording IN ('neutral', 'named')),
    reminders BOOLEAN NOT NULL,
    -- mobile number and subject line, sealed
    details BLOB NOT NULL,
    mobile_verified_at TEXT,
    -- a keyed print of the code that was sent to the number, until when it is good, and how often a wrong one was tried
    code_print TEXT,
    code_sent_at TEXT,
    code_tries INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (quiet_from <> quiet_until),
    CHECK ((code_print IS NULL) = (code_sent_at IS NULL))
);
