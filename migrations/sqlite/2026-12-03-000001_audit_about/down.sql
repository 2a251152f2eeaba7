DROP TRIGGER audit_events_no_change;
CREATE TRIGGER audit_events_no_change BEFORE UPDATE ON audit_events
WHEN OLD.chain_hash IS NOT NULL OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.actor_id IS NOT OLD.actor_id
    OR NEW.actor_role <> OLD.actor_role OR NEW.action <> OLD.action OR NEW.subject_kind <> OLD.subject_kind
    OR NEW.subject_id IS NOT OLD.subject_id
BEGIN SELECT RAISE(ABORT, 'audit_events_append_only'); END;
DROP INDEX audit_events_action;
DROP INDEX audit_events_time;
DROP INDEX audit_events_practitioner;
ALTER TABLE audit_events DROP COLUMN row_tag;
ALTER TABLE audit_events DROP COLUMN chain_form;
ALTER TABLE audit_events DROP COLUMN refused;
ALTER TABLE audit_events DROP COLUMN basis;
ALTER TABLE audit_events DROP COLUMN practitioner_id;
