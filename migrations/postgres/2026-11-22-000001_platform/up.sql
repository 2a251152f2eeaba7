-- What every room leans on: messages out, the record of who did what, and first answers kept for repeats.

CREATE TABLE outbox (
    id uuid PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    -- recipient and words, sealed
    message bytea NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz
);
CREATE INDEX outbox_due ON outbox (state, due_at);

CREATE TABLE audit_events (
    id uuid PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    actor_id uuid,
    actor_role TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id uuid,
    -- the chain: set once, by the sealer
    chain_number bigint UNIQUE,
    chain_hash TEXT
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

CREATE TABLE idempotency_keys (
    caller_id uuid NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    -- the first answer, sealed; empty only inside the transaction that makes it
    answer bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (caller_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
