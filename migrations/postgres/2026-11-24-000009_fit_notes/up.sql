-- Fit notes and plans for a return to work. What stands on them is sealed; what was issued is never changed.

CREATE TABLE fit_notes (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- what it rests on: an appointment, or a report (a keyed index of whose it is and of which day)
    appointment_id uuid REFERENCES appointments (id),
    report_index TEXT,
    -- all that stands on it, sealed
    content bytea NOT NULL,
    -- what is known besides, sealed
    record bytea NOT NULL,
    -- a keyed tag of the code that is printed on it; the code itself is kept nowhere
    code_tag TEXT NOT NULL UNIQUE,
    issued_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by uuid REFERENCES accounts (id),
    -- why, sealed
    withdrawal bytea,
    CHECK ((appointment_id IS NULL) <> (report_index IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND (withdrawn_at IS NULL) = (withdrawal IS NULL))
);
CREATE INDEX fit_notes_practitioner ON fit_notes (practitioner_id, id);
CREATE INDEX fit_notes_clinician ON fit_notes (clinician_id);
CREATE INDEX fit_notes_appointment ON fit_notes (appointment_id);
CREATE INDEX fit_notes_withdrawn_by ON fit_notes (withdrawn_by);
-- one that stands for each assessment
CREATE UNIQUE INDEX fit_notes_one_an_appointment ON fit_notes (appointment_id) WHERE withdrawn_at IS NULL;
CREATE UNIQUE INDEX fit_notes_one_a_report ON fit_notes (report_index) WHERE withdrawn_at IS NULL;

CREATE TABLE fit_note_duplicates (
    id uuid PRIMARY KEY NOT NULL,
    fit_note_id uuid NOT NULL REFERENCES fit_notes (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    issued_at timestamptz NOT NULL
);
CREATE INDEX fit_note_duplicates_fit_note ON fit_note_duplicates (fit_note_id, id);
CREATE INDEX fit_note_duplicates_clinician ON fit_note_duplicates (clinician_id);

CREATE TABLE return_to_work_plans (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- all that stands on it, sealed
    content bytea NOT NULL,
    proposed_at timestamptz NOT NULL,
    agreed_at timestamptz
);
CREATE INDEX return_to_work_plans_practitioner ON return_to_work_plans (practitioner_id, id);
CREATE INDEX return_to_work_plans_clinician ON return_to_work_plans (clinician_id);

CREATE FUNCTION fit_notes_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.appointment_id, NEW.report_index, NEW.content, NEW.record, NEW.code_tag, NEW.issued_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.appointment_id, OLD.report_index, OLD.content, OLD.record, OLD.code_tag, OLD.issued_at)
    THEN
        RAISE EXCEPTION 'fit_notes_as_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER fit_notes_as_issued BEFORE UPDATE OR DELETE ON fit_notes FOR EACH ROW EXECUTE FUNCTION fit_notes_as_issued();
CREATE FUNCTION fit_note_duplicates_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'fit_notes_as_issued';
END $$;
CREATE TRIGGER fit_note_duplicates_as_issued BEFORE UPDATE ON fit_note_duplicates
FOR EACH ROW EXECUTE FUNCTION fit_note_duplicates_as_issued();
CREATE FUNCTION return_to_work_plans_as_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.agreed_at IS NOT NULL
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.content, NEW.proposed_at)
            IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.content, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'fit_notes_as_issued';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER return_to_work_plans_as_agreed BEFORE UPDATE ON return_to_work_plans
FOR EACH ROW EXECUTE FUNCTION return_to_work_plans_as_agreed();
