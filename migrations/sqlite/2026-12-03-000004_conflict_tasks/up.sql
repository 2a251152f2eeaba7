-- What coordinators do about an arrangement between two people who must be kept apart.
CREATE TABLE conflict_tasks (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('appointment', 'group_place', 'lead_clinician', 'follow_up', 'unsigned_prescription',
        'unsigned_note')),
    -- the appointment, enrolment, episode of care, follow-up, prescription or note
    arrangement_id TEXT NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- none when the conflict is with another member of a group
    clinician_id TEXT REFERENCES clinicians (id),
    -- when the arrangement begins, if it has a time
    starts_at TEXT,
    opened_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    taken_by TEXT REFERENCES accounts (id),
    taken_at TEXT,
    done_at TEXT,
    -- none when it was closed because the conflict was over
    done_by TEXT REFERENCES accounts (id),
    outcome TEXT CHECK (outcome IN ('rebooked', 'new_lead', 'cancelled_with_practitioner', 'kept_apart', 'no_longer_in_conflict',
        'arrangement_over')),
    CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
    CHECK ((done_at IS NULL) = (outcome IS NULL)),
    CHECK (done_at IS NOT NULL OR done_by IS NULL)
);
CREATE UNIQUE INDEX conflict_tasks_open ON conflict_tasks (kind, arrangement_id) WHERE done_at IS NULL;
CREATE INDEX conflict_tasks_arrangement ON conflict_tasks (arrangement_id);
CREATE INDEX conflict_tasks_due ON conflict_tasks (due_at, id);
CREATE INDEX conflict_tasks_waiting ON conflict_tasks (done_at, due_at, id);
CREATE INDEX conflict_tasks_practitioner ON conflict_tasks (practitioner_id, done_at);
-- For the tasks without an outcome, of everyone or of some.
CREATE INDEX conflict_tasks_outcome ON conflict_tasks (outcome, practitioner_id);
CREATE INDEX conflict_tasks_clinician ON conflict_tasks (clinician_id);
CREATE INDEX conflict_tasks_taken_by ON conflict_tasks (taken_by);
CREATE INDEX conflict_tasks_done_by ON conflict_tasks (done_by);

-- When a practitioner last said whom they are willing to meet; none counts as the time at which they asked for the place.
ALTER TABLE group_enrolments ADD COLUMN willing_since TEXT;
