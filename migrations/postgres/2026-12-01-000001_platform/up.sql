-- The tables of the crate platform: what every other crate uses.
--
-- A key to a table of a later crate is added by that crate's migration.

-- For constraints that let no two ranges overlap: they compare a key for equality beside a range.
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- ---------- The database itself ----------

-- The text with which each migration was run, as a SHA-256 in hexadecimal. A start compares it with the program's own.
CREATE TABLE migration_checksums (
    version text PRIMARY KEY NOT NULL,
    checksum text NOT NULL
);

-- Which keys this database was made with: a keyed tag of each key that was ever used, from which no key can be found. Compared at
-- every start, so that other keys are refused before anything is read or written with them.
CREATE TABLE key_checks (
    kind text NOT NULL CHECK (kind IN ('index', 'sealing', 'signing')),
    -- the key's number or name, as the key ring has it
    key_id text NOT NULL,
    tag text NOT NULL,
    first_used_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key_id)
);

-- ---------- audit: who did what ----------

-- A row is never deleted, and never changed but to put it in its place in the chain.
CREATE TABLE audit_events (
    id uuid PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    actor_role text NOT NULL,
    action text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid,
    -- the chain: set once, by the sealer
    chain_number bigint UNIQUE,
    chain_hash text
);
CREATE INDEX audit_events_subject ON audit_events (subject_id, at);
CREATE INDEX audit_events_actor ON audit_events (actor_id, at);
CREATE INDEX audit_events_unchained ON audit_events (id) WHERE chain_hash IS NULL;

CREATE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.chain_hash IS NOT NULL
        OR (NEW.id, NEW.at, NEW.actor_id, NEW.actor_role, NEW.action, NEW.subject_kind, NEW.subject_id)
            IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.actor_role, OLD.action, OLD.subject_kind, OLD.subject_id)
    THEN
        RAISE EXCEPTION 'audit_events_append_only';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION audit_events_append_only();
CREATE FUNCTION audit_events_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events_append_only';
END $$;
CREATE TRIGGER audit_events_kept BEFORE TRUNCATE ON audit_events EXECUTE FUNCTION audit_events_kept();

-- ---------- outbox: messages out ----------

-- Messages by e-mail and by text, those whose words are found when they are due, and claims that end by the database's clock.
CREATE TABLE outbox (
    id uuid PRIMARY KEY NOT NULL,
    kind text NOT NULL,
    -- recipient and words, sealed; empty for a notice until it is due, and for every message once it is gone
    message bytea NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'claimed', 'sent', 'delivered', 'failed', 'dead', 'in_doubt', 'dropped')),
    -- tries that counted towards giving up
    attempts integer NOT NULL DEFAULT 0,
    -- when to send it
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    -- none until it is decided
    channel text CHECK (channel IN ('email', 'sms')),
    -- of a notice: whose account it goes to, and what it is about
    recipient_id uuid,
    subject_kind text,
    subject_id uuid,
    -- what went wrong last, in a word or two of ours
    failure text,
    -- the gateway's own id, and when to ask it how the message is
    remote_id text,
    poll_at timestamptz,
    -- set once nothing more is to be done: when the row goes
    keep_until timestamptz,
    -- how often it was handed over without an answer
    doubts integer NOT NULL DEFAULT 0 CHECK (doubts >= 0),
    -- of a claimed one: under which token, and when the claim ends by the database's clock
    claim_token uuid,
    lease_until timestamptz,
    -- when it was tried last, and since when it has been due
    tried_at timestamptz,
    overdue_since timestamptz,
    -- what goes to a person without an account may be about something, too
    CHECK ((subject_id IS NULL) = (subject_kind IS NULL) AND (recipient_id IS NULL OR subject_id IS NOT NULL)),
    CHECK (recipient_id IS NOT NULL OR channel IS NOT NULL),
    CONSTRAINT outbox_words_go CHECK (state NOT IN ('sent', 'delivered', 'dropped') OR octet_length(message) = 0),
    CONSTRAINT outbox_claimed_check CHECK (state <> 'claimed' OR (claim_token IS NOT NULL AND lease_until IS NOT NULL))
);
CREATE INDEX outbox_due ON outbox (state, channel, due_at);
CREATE INDEX outbox_listed ON outbox (state, id);
CREATE INDEX outbox_recipient ON outbox (recipient_id);
CREATE INDEX outbox_subject ON outbox (subject_id, state);
CREATE INDEX outbox_poll ON outbox (poll_at);
CREATE INDEX outbox_keep ON outbox (keep_until);

-- Addresses to which nothing is ever sent: those of people who have died. Only a keyed index of each address is kept.
CREATE TABLE silenced_addresses (
    account_id uuid NOT NULL,
    address_index text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, address_index)
);
CREATE INDEX silenced_addresses_address ON silenced_addresses (address_index);

-- How many messages of a kind went to a recipient since when. The recipient is a keyed index of an address or a number.
CREATE TABLE message_rests (
    recipient_index text NOT NULL,
    kind text NOT NULL,
    since timestamptz NOT NULL,
    messages integer NOT NULL,
    PRIMARY KEY (recipient_index, kind)
);
CREATE INDEX message_rests_age ON message_rests (since);

-- ---------- http: first answers, kept for repeats ----------

CREATE TABLE idempotency_keys (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    -- the first answer, sealed; empty only inside the transaction that makes it
    answer bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
