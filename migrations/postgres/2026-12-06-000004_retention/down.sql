CREATE OR REPLACE FUNCTION fit_notes_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.appointment_id, NEW.report_index, NEW.content, NEW.record, NEW.code_tag, NEW.issued_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.appointment_id, OLD.report_index, OLD.content, OLD.record, OLD.code_tag, OLD.issued_at)
    THEN
        RAISE EXCEPTION 'fit_notes_as_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION letters_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'letters_stay';
    END IF;
    IF (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.created_at)
        OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.sealed_content IS DISTINCT FROM OLD.sealed_content AND NEW.state <> 'draft')
        OR (OLD.state IN ('sent', 'withdrawn', 'cancelled')
            AND (NEW.state, NEW.sealed_content, NEW.agreed_tag, NEW.sealed_sending, NEW.sent_at)
                IS DISTINCT FROM (OLD.state, OLD.sealed_content, OLD.agreed_tag, OLD.sealed_sending, OLD.sent_at))
    THEN
        RAISE EXCEPTION 'letters_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION group_notes_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'group_notes_signed';
END $$;
DROP FUNCTION record_is_being_destroyed(uuid);
DROP TABLE destruction_certificates;
DROP TABLE retention_holds;
DROP TABLE retention_reviews;
DROP INDEX practitioners_retention_check;
ALTER TABLE practitioners DROP COLUMN retention_check_on;
