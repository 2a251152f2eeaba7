CREATE OR REPLACE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.chain_hash IS NOT NULL
        OR (NEW.id, NEW.at, NEW.actor_id, NEW.actor_role, NEW.action, NEW.subject_kind, NEW.subject_id)
            IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor_id, OLD.actor_role, OLD.action, OLD.subject_kind, OLD.subject_id)
    THEN
        RAISE EXCEPTION 'audit_events_append_only';
    END IF;
    RETURN NEW;
END $$;
DROP INDEX audit_events_action;
DROP INDEX audit_events_time;
DROP INDEX audit_events_practitioner;
ALTER TABLE audit_events DROP COLUMN row_tag;
ALTER TABLE audit_events DROP COLUMN chain_form;
ALTER TABLE audit_events DROP COLUMN refused;
ALTER TABLE audit_events DROP COLUMN basis;
ALTER TABLE audit_events DROP COLUMN practitioner_id;
