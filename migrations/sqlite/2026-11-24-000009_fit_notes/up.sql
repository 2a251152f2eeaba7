-- Fit notes and plans for a return to work. What stands on them is sealed; what was issued is never changed.

CREATE TABLE fit_notes (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    -- what it rests on: an appointment, or a report (a keyed index of whose it is and of which day)
    appointment_id TEXT REFERENCES appointments (id),
    report_index TEXT,
    -- all that stands on it, sealed
    content BLOB NOT NULL,
    -- what is known besides, sealed
    record BLOB NOT NULL,
    -- a keyed tag of the code that is printed on it; the code itself is kept nowhere
    code_tag TEXT NOT NULL UNIQUE,
    issued_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by TEXT REFERENCES accounts (id),
    -- why, sealed
    withdrawal BLOB,
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
    id TEXT PRIMARY KEY NOT NULL,
    fit_note_id TEXT NOT NULL REFERENCES fit_notes (id),
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    issued_at TEXT NOT NULL
);
CREATE INDEX fit_note_duplicates_fit_note ON fit_note_duplicates (fit_note_id, id);
CREATE INDEX fit_note_duplicates_clinician ON fit_note_duplicates (clinician_id);

CREATE TABLE return_to_work_plans (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    -- all that stands on it, sealed
    content BLOB NOT NULL,
    proposed_at TEXT NOT NULL,
    agreed_at TEXT
);
CREATE INDEX return_to_work_plans_practitioner ON return_to_work_plans (practitioner_id, id);
CREATE INDEX return_to_work_plans_clinician ON return_to_work_plans (clinician_id);

CREATE TRIGGER fit_notes_no_change BEFORE UPDATE ON fit_notes
WHEN OLD.withdrawn_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.practitioner_id <> OLD.practitioner_id
    OR NEW.clinician_id <> OLD.clinician_id OR NEW.appointment_id IS NOT OLD.appointment_id
    OR NEW.report_index IS NOT OLD.report_index OR NEW.content <> OLD.content OR NEW.record <> OLD.record
    OR NEW.code_tag <> OLD.code_tag OR NEW.issued_at <> OLD.issued_at
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
CREATE TRIGGER fit_notes_no_delete BEFORE DELETE ON fit_notes
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
CREATE TRIGGER fit_note_duplicates_no_change BEFORE UPDATE ON fit_note_duplicates
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
CREATE TRIGGER return_to_work_plans_no_change BEFORE UPDATE ON return_to_work_plans
WHEN OLD.agreed_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.practitioner_id <> OLD.practitioner_id
    OR NEW.clinician_id <> OLD.clinician_id OR NEW.content <> OLD.content OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
