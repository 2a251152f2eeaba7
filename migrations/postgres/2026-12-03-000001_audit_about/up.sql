-- Whom an event is about, why the actor may know of them, and whether access was refused. Null in rows from before.
ALTER TABLE audit_events ADD COLUMN practitioner_id uuid;
ALTER TABLE audit_events ADD COLUMN basis text;
ALTER TABLE audit_events ADD COLUMN refused boolean NOT NULL DEFAULT FALSE;
-- How the link of the chain was made: null for a plain hash, otherwise the form of the keyed one.
ALTER TABLE audit_events ADD COLUMN chain_form integer;
-- The keyed tag with which the service wrote the row, before the row is chained.
ALTER TABLE audit_events ADD COLUMN row_tag text;
CREATE INDEX audit_events_practitioner ON audit_events (practitioner_id, at);
-- For reading the trail by time and by action.
CREATE INDEX audit_events_time ON audit_events (at, id);
CREATE INDEX audit_events_action ON audit_events (action, at);

CREATE OR REPLACE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.chain_hash IS NOT NULL
        OR (NEW.chain_hash IS NULL) <> (NEW.chain_number IS NULL)
        OR (NEW.id, NEW.at, NEW.actor_id, NEW.actor_role, NEW.action, NEW.subject_kind, NEW.subject_id, NEW.practitioner_id,
            NEW.basis, NEW.refused, NEW.row_tag)
            IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.actor_role, OLD.action, OLD.subject_kind, OLD.subject_id,
            OLD.practitioner_id, OLD.basis, OLD.refused, OLD.row_tag)
    THEN
        RAISE EXCEPTION 'audit_events_append_only';
    END IF;
    RETURN NEW;
END $$;
