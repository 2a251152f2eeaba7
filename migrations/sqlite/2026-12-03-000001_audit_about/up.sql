-- Whom an event is about, why the actor may know of them, and whether access was refused. Null in rows from before.
ALTER TABLE audit_events ADD COLUMN practitioner_id TEXT;
ALTER TABLE audit_events ADD COLUMN basis TEXT;
ALTER TABLE audit_events ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE CHECK (refused IN (0, 1));
-- How the link of the chain was made: null for a plain hash, otherwise the form of the keyed one.
ALTER TABLE audit_events ADD COLUMN chain_form INTEGER;
-- The keyed tag with which the service wrote the row, before the row is chained.
ALTER TABLE audit_events ADD COLUMN row_tag TEXT;
CREATE INDEX audit_events_practitioner ON audit_events (practitioner_id, at);
-- For reading the trail by time and by action.
CREATE INDEX audit_events_time ON audit_events (at, id);
CREATE INDEX audit_events_action ON audit_events (action, at);

DROP TRIGGER audit_events_no_change;
CREATE TRIGGER audit_events_no_change BEFORE UPDATE ON audit_events
WHEN OLD.chain_hash IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.actor_role <> OLD.actor_role OR NEW.action <> OLD.action OR NEW.subject_kind <> OLD.subject_kind
    OR NEW.subject_id IS NOT OLD.subject_id OR NEW.practitioner_id IS NOT OLD.practitioner_id
    OR NEW.basis IS NOT OLD.basis OR NEW.refused <> OLD.refused OR NEW.row_tag IS NOT OLD.row_tag
    OR (NEW.chain_hash IS NULL) <> (NEW.chain_number IS NULL)
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only'); END;
