-- The tables of the crate platform: what every other crate uses.
--
-- SQLite adds no foreign key to a table that exists, and looks for the other table only when a row is written. So a key to a table
-- of a later crate stands where its column is.

-- ---------- The database itself ----------

-- The text with which each migration was run, as a SHA-256 in hexadecimal. A start compares it with the program's own.
CREATE TABLE migration_checksums (
    version TEXT PRIMARY KEY NOT NULL,
    checksum TEXT NOT NULL
);

-- Which keys this database was made with: a keyed tag of each key that was ever used, from which no key can be found. Compared at
-- every start, so that other keys are refused before anything is read or written with them.
CREATE TABLE key_checks (
    kind TEXT NOT NULL CHECK (kind IN ('index', 'sealing', 'signing')),
    -- the key's number or name, as the key ring has it
    key_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    first_used_at TEXT NOT NULL,
    PRIMARY KEY (kind, key_id)
);

-- ---------- audit: who did what ----------

-- A row is never deleted, and never changed but to put it in its place in the chain.
CREATE TABLE audit_events (
    id TEXT PRIMARY KEY NOT NULL,
    at TEXT NOT NULL,
    actor_id TEXT,
    actor_role TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT,
    -- the chain: set once, by the sealer
    chain_number BIGINT UNIQUE,
    chain_hash TEXT
);
CREATE INDEX audit_events_subject ON audit_events (subject_id, at);
CREATE INDEX audit_events_actor ON audit_events (actor_id, at);
CREATE INDEX audit_events_unchained ON audit_events (chain_hash, id);

CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only'); END;
CREATE TRIGGER audit_events_no_change BEFORE UPDATE ON audit_events
WHEN OLD.chain_hash IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.actor_role <> OLD.actor_role OR NEW.action <> OLD.action OR NEW.subject_kind <> OLD.subject_kind
    OR NEW.subject_id IS NOT OLD.subject_id
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only'); END;

-- ---------- outbox: messages out ----------

-- Messages by e-mail and by text, those whose words are found when they are due, and claims that end by the database's clock.
CREATE TABLE outbox (
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
    -- what goes to a person without an account may be about something, too
    CHECK ((subject_id IS NULL) = (subject_kind IS NULL) AND (recipient_id IS NULL OR subject_id IS NOT NULL)),
    CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR length(message) = 0),
    CHECK (state <> 'claimed' OR (claim_token IS NOT NULL AND lease_until IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);

-- Addresses to which nothing is ever sent: those of people who have died. Only a keyed index of each address is kept.
CREATE TABLE silenced_addresses (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    address_index TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (account_id, address_index)
);
CREATE INDEX silenced_addresses_address ON silenced_addresses (address_index);

-- How many messages of a kind went to a recipient since when. The recipient is a keyed index of an address or a number.
CREATE TABLE message_rests (
    recipient_index TEXT NOT NULL,
    kind TEXT NOT NULL,
    since TEXT NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (recipient_index, kind)
);
CREATE INDEX message_rests_age ON message_rests (since);

-- ---------- http: first answers, kept for repeats ----------

CREATE TABLE idempotency_keys (
    caller_id TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    -- the first answer, sealed; empty only inside the transaction that makes it
    answer BLOB,
    created_at TEXT NOT NULL,
    PRIMARY KEY (caller_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
