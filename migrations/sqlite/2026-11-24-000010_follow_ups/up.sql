-- What is agreed at the end of an appointment, and what was done until it came to it.

CREATE TABLE follow_ups (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- who is to see them
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    agreed_by TEXT NOT NULL REFERENCES accounts (id),
    agreed_in TEXT NOT NULL REFERENCES appointments (id),
    agreed_at TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('review', 'medication_review', 'therapy_session', 'risk_review',
        'fit_note_review', 'return_to_work_review', 'results_review', 'discharge_review', 'other')),
    -- days in Europe/London, the last one included
    due_from DATE NOT NULL,
    due_by DATE NOT NULL,
    -- an appointment that begins earlier does not count as the one that was agreed
    counts_from TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT CHECK (mode IN ('in_person', 'phone', 'video')),
    questionnaire TEXT,
    -- sealed
    note BLOB,
    note_shared BOOLEAN NOT NULL,
    -- the appointment that somebody said it is, or that it was when it was closed
    appointment_id TEXT REFERENCES appointments (id),
    reminded_at TEXT,
    chased INTEGER NOT NULL CHECK (chased >= 0),
    last_chased_at TEXT,
    -- from when on a person should ring
    call_due_at TEXT,
    -- when the service looks at it next; empty once it is closed
    look_at TEXT,
    closed_at TEXT,
    closed_as TEXT CHECK (closed_as IN ('done', 'cancelled', 'care_ended')),
    -- nobody when the service closed it
    closed_by TEXT REFERENCES accounts (id),
    cancel_reason TEXT CHECK (cancel_reason IN ('not_needed', 'declined', 'agreed_elsewhere', 'entered_in_error', 'other')),
    -- sealed
    cancel_note BLOB,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (due_by >= due_from),
    CHECK ((closed_at IS NULL) = (closed_as IS NULL)),
    CHECK (closed_at IS NULL OR look_at IS NULL),
    CHECK ((cancel_reason IS NOT NULL) = (closed_as IS NOT NULL AND closed_as = 'cancelled')),
    CHECK (closed_as IS NULL OR closed_as <> 'done' OR appointment_id IS NOT NULL)
);
CREATE INDEX follow_ups_practitioner ON follow_ups (practitioner_id, id);
CREATE INDEX follow_ups_open ON follow_ups (closed_at, due_by, id);
CREATE INDEX follow_ups_due ON follow_ups (due_by, id);
CREATE INDEX follow_ups_look ON follow_ups (look_at, id);
CREATE INDEX follow_ups_clinician ON follow_ups (clinician_id);
CREATE INDEX follow_ups_agreed_by ON follow_ups (agreed_by);
CREATE INDEX follow_ups_agreed_in ON follow_ups (agreed_in);
CREATE INDEX follow_ups_appointment ON follow_ups (appointment_id);
CREATE INDEX follow_ups_closed_by ON follow_ups (closed_by);

-- What people did about one: added to, never changed.
CREATE TABLE follow_up_contacts (
    id TEXT PRIMARY KEY NOT NULL,
    follow_up_id TEXT NOT NULL REFERENCES follow_ups (id),
    at TEXT NOT NULL,
    made_by TEXT NOT NULL REFERENCES accounts (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('will_book', 'call_again', 'no_answer', 'left_message', 'declined')),
    -- sealed
    note BLOB
);
CREATE INDEX follow_up_contacts_follow_up ON follow_up_contacts (follow_up_id, id);
CREATE INDEX follow_up_contacts_made_by ON follow_up_contacts (made_by);

-- Who has an alert that nobody has looked at is asked of every list of people.
CREATE INDEX risk_alerts_open ON risk_alerts (acknowledged_at, practitioner_id);
