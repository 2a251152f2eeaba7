-- What is agreed at the end of an appointment, and what was done until it came to it.

CREATE TABLE follow_ups (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- who is to see them
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    agreed_by uuid NOT NULL REFERENCES accounts (id),
    agreed_in uuid NOT NULL REFERENCES appointments (id),
    agreed_at timestamptz NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('review', 'medication_review', 'therapy_session', 'risk_review',
        'fit_note_review', 'return_to_work_review', 'results_review', 'discharge_review', 'other')),
    -- days in Europe/London, the last one included
    due_from date NOT NULL,
    due_by date NOT NULL,
    -- an appointment that begins earlier does not count as the one that was agreed
    counts_from timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode text CHECK (mode IN ('in_person', 'phone', 'video')),
    questionnaire text,
    -- sealed
    note bytea,
    note_shared boolean NOT NULL,
    -- the appointment that somebody said it is, or that it was when it was closed
    appointment_id uuid REFERENCES appointments (id),
    reminded_at timestamptz,
    chased integer NOT NULL CHECK (chased >= 0),
    last_chased_at timestamptz,
    -- from when on a person should ring
    call_due_at timestamptz,
    -- when the service looks at it next; empty once it is closed
    look_at timestamptz,
    closed_at timestamptz,
    closed_as text CHECK (closed_as IN ('done', 'cancelled', 'care_ended')),
    -- nobody when the service closed it
    closed_by uuid REFERENCES accounts (id),
    cancel_reason text CHECK (cancel_reason IN ('not_needed', 'declined', 'agreed_elsewhere', 'entered_in_error', 'other')),
    -- sealed
    cancel_note bytea,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
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
    id uuid PRIMARY KEY NOT NULL,
    follow_up_id uuid NOT NULL REFERENCES follow_ups (id),
    at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES accounts (id),
    outcome text NOT NULL CHECK (outcome IN ('will_book', 'call_again', 'no_answer', 'left_message', 'declined')),
    -- sealed
    note bytea
);
CREATE INDEX follow_up_contacts_follow_up ON follow_up_contacts (follow_up_id, id);
CREATE INDEX follow_up_contacts_made_by ON follow_up_contacts (made_by);

-- Who has an alert that nobody has looked at is asked of every list of people.
CREATE INDEX risk_alerts_open ON risk_alerts (acknowledged_at, practitioner_id);
