-- Whose time there is, and who has which part of it.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE clinicians (
    id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    name bytea NOT NULL,
    name_index TEXT NOT NULL,
    discipline TEXT NOT NULL,
    gender TEXT NOT NULL,
    region TEXT NOT NULL,
    place TEXT NOT NULL,
    biography TEXT NOT NULL,
    -- employer and registration are needed to keep colleagues apart, and for nothing else
    details bytea NOT NULL,
    employer_index TEXT,
    registration_index TEXT,
    listed boolean NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX clinicians_employer ON clinicians (employer_index);
CREATE INDEX clinicians_registration ON clinicians (registration_index);
CREATE INDEX clinicians_name ON clinicians (name_index);

CREATE TABLE clinician_specialisms (
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    specialism TEXT NOT NULL,
    PRIMARY KEY (clinician_id, specialism)
);
CREATE INDEX clinician_specialisms_by_specialism ON clinician_specialisms (specialism, clinician_id);

CREATE TABLE clinician_languages (
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    language TEXT NOT NULL,
    PRIMARY KEY (clinician_id, language)
);
CREATE INDEX clinician_languages_by_language ON clinician_languages (language, clinician_id);

CREATE TABLE clinics (
    id uuid PRIMARY KEY NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- 1 is Monday, 7 is Sunday (ISO 8601)
    weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts_local time NOT NULL,
    ends_local time NOT NULL,
    slot_minutes integer NOT NULL CHECK (slot_minutes BETWEEN 10 AND 240),
    gap_minutes integer NOT NULL CHECK (gap_minutes BETWEEN 0 AND 60),
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    valid_from date NOT NULL,
    valid_until date,
    -- slots are laid out up to and without this day
    laid_out_until date NOT NULL,
    ended_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX clinics_clinician ON clinics (clinician_id, id);
CREATE INDEX clinics_horizon ON clinics (ended_at, laid_out_until);

CREATE TABLE absences (
    id uuid PRIMARY KEY NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    note bytea,
    created_at timestamptz NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE INDEX absences_clinician ON absences (clinician_id, starts_at);

CREATE TABLE slots (
    id uuid PRIMARY KEY NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    clinic_id uuid NOT NULL REFERENCES clinics (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    state TEXT NOT NULL CHECK (state IN ('free', 'booked', 'withdrawn')),
    -- a hold counts only while held_until lies ahead
    held_by uuid REFERENCES practitioners (id),
    held_until timestamptz,
    CHECK (ends_at > starts_at)
);
CREATE UNIQUE INDEX slots_clinician_start ON slots (clinician_id, starts_at);
CREATE INDEX slots_clinic ON slots (clinic_id, starts_at);
CREATE INDEX slots_search ON slots (state, kind, starts_at, id);
CREATE INDEX slots_next_free ON slots (clinician_id, state, starts_at, kind, mode);
-- one hold a person
CREATE UNIQUE INDEX slots_held_by ON slots (held_by);
ALTER TABLE slots ADD CONSTRAINT slots_no_overlap
    EXCLUDE USING gist (clinician_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (state <> 'withdrawn');

CREATE TABLE appointments (
    id uuid PRIMARY KEY NOT NULL,
    slot_id uuid NOT NULL REFERENCES slots (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('booked', 'cancelled', 'attended', 'not_attended')),
    -- what the practitioner says about the arrangements, sealed
    arrangements bytea,
    booked_by uuid NOT NULL REFERENCES accounts (id),
    -- set when an absence or a changed clinic took the slot away from under the appointment
    orphaned_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason TEXT,
    attendance TEXT,
    attendance_at timestamptz,
    -- how often it was moved (an iCalendar SEQUENCE)
    moves integer NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX appointments_live_slot ON appointments (slot_id) WHERE status = 'booked';
CREATE INDEX appointments_slot ON appointments (slot_id);
CREATE INDEX appointments_practitioner ON appointments (practitioner_id, starts_at, id);
CREATE INDEX appointments_clinician ON appointments (clinician_id, starts_at, id);
CREATE INDEX appointments_all ON appointments (starts_at, id);
CREATE INDEX appointments_booked_by ON appointments (booked_by);
CREATE INDEX appointments_orphaned ON appointments (starts_at, id) WHERE orphaned_at IS NOT NULL;
ALTER TABLE appointments ADD CONSTRAINT appointments_no_overlap
    EXCLUDE USING gist (practitioner_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status = 'booked');

-- The history of an appointment: added to, never changed.
CREATE TABLE appointment_events (
    id uuid PRIMARY KEY NOT NULL,
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    at timestamptz NOT NULL,
    actor_id uuid NOT NULL REFERENCES accounts (id),
    event TEXT NOT NULL CHECK (event IN ('booked', 'moved', 'cancelled', 'attendance_recorded', 'orphaned')),
    slot_id uuid NOT NULL REFERENCES slots (id),
    starts_at timestamptz NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    detail TEXT
);
CREATE INDEX appointment_events_appointment ON appointment_events (appointment_id, id);
CREATE INDEX appointment_events_slot ON appointment_events (slot_id);
CREATE INDEX appointment_events_clinician ON appointment_events (clinician_id);
CREATE INDEX appointment_events_actor ON appointment_events (actor_id);
