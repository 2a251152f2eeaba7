-- The tables of the crate scheduling: whose time there is, and who has which part of it.

-- ---------- clinicians: the directory ----------

CREATE TABLE clinicians (
    id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    name bytea NOT NULL,
    discipline text NOT NULL,
    gender text NOT NULL,
    region text NOT NULL,
    place text NOT NULL,
    biography text NOT NULL,
    -- employer and registration are needed to keep colleagues apart, and for nothing else
    details bytea NOT NULL,
    employer_index text,
    registration_index text,
    listed boolean NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX clinicians_employer ON clinicians (employer_index);
CREATE INDEX clinicians_registration ON clinicians (registration_index);

CREATE TABLE clinician_specialisms (
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    specialism text NOT NULL,
    PRIMARY KEY (clinician_id, specialism)
);
CREATE INDEX clinician_specialisms_by_specialism ON clinician_specialisms (specialism, clinician_id);

CREATE TABLE clinician_languages (
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    language text NOT NULL,
    PRIMARY KEY (clinician_id, language)
);
CREATE INDEX clinician_languages_by_language ON clinician_languages (language, clinician_id);

-- ---------- calendar: when clinicians are there ----------

CREATE TABLE clinics (
    id uuid PRIMARY KEY NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    -- 1 is Monday, 7 is Sunday (ISO 8601)
    weekday integer NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts_local time NOT NULL,
    ends_local time NOT NULL,
    slot_minutes integer NOT NULL CHECK (slot_minutes BETWEEN 10 AND 240),
    gap_minutes integer NOT NULL CHECK (gap_minutes BETWEEN 0 AND 60),
    kind text NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode text NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place text,
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
    -- what else than an appointment needs this time, such as the session of a group
    reserved_for uuid,
    CHECK (ends_at > starts_at),
    CONSTRAINT absences_reserved_once EXCLUDE USING gist (clinician_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (reserved_for IS NOT NULL)
);
CREATE INDEX absences_clinician ON absences (clinician_id, starts_at);
CREATE INDEX absences_reserved_for ON absences (reserved_for);

CREATE TABLE slots (
    id uuid PRIMARY KEY NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    clinic_id uuid NOT NULL REFERENCES clinics (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode text NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place text,
    state text NOT NULL CHECK (state IN ('free', 'booked', 'withdrawn')),
    -- a hold counts only while held_until lies ahead
    held_by uuid REFERENCES practitioners (id),
    held_until timestamptz,
    CHECK (ends_at > starts_at),
    CONSTRAINT slots_no_overlap EXCLUDE USING gist (clinician_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state <> 'withdrawn')
);
CREATE UNIQUE INDEX slots_clinician_start ON slots (clinician_id, starts_at);
CREATE INDEX slots_clinic ON slots (clinic_id, starts_at);
CREATE INDEX slots_search ON slots (state, kind, starts_at, id);
CREATE INDEX slots_next_free ON slots (clinician_id, state, starts_at, kind, mode);
-- one hold a person
CREATE UNIQUE INDEX slots_held_by ON slots (held_by);

-- What clinicians are told of changes in their calendars that others made.
CREATE TABLE calendar_changes (
    id uuid PRIMARY KEY NOT NULL,
    -- the message that tells of it
    message_id uuid NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    -- counts the changes of one message
    place integer NOT NULL,
    what text NOT NULL CHECK (what IN ('appointment', 'session', 'places', 'caseload', 'follow_up', 'orphaned')),
    -- which appointment, session, group, practitioner, follow-up or clinician
    subject_id uuid NOT NULL,
    -- when it was to begin, and when it begins now; none for what is new, cancelled or has no time
    from_at timestamptz,
    to_at timestamptz
);
CREATE INDEX calendar_changes_message ON calendar_changes (message_id);

-- When clinicians wish to be told of them.
CREATE TABLE calendar_message_preferences (
    clinician_id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    calendar text NOT NULL CHECK (calendar IN ('immediately', 'daily', 'never')),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- ---------- booking ----------

CREATE TABLE appointments (
    id uuid PRIMARY KEY NOT NULL,
    slot_id uuid NOT NULL REFERENCES slots (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    kind text NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode text NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place text,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status text NOT NULL CHECK (status IN ('booked', 'cancelled', 'attended', 'not_attended')),
    -- what the practitioner says about the arrangements, sealed
    arrangements bytea,
    booked_by uuid NOT NULL REFERENCES accounts (id),
    -- set when an absence or a changed clinic took the slot away from under the appointment
    orphaned_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    attendance text,
    attendance_at timestamptz,
    -- how often it was moved (an iCalendar SEQUENCE)
    moves integer NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT appointments_no_overlap EXCLUDE USING gist (practitioner_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
        WHERE (status = 'booked')
);
CREATE UNIQUE INDEX appointments_live_slot ON appointments (slot_id) WHERE status = 'booked';
CREATE INDEX appointments_slot ON appointments (slot_id);
CREATE INDEX appointments_practitioner ON appointments (practitioner_id, starts_at, id);
CREATE INDEX appointments_clinician ON appointments (clinician_id, starts_at, id);
CREATE INDEX appointments_all ON appointments (starts_at, id);
CREATE INDEX appointments_booked_by ON appointments (booked_by);
CREATE INDEX appointments_orphaned ON appointments (starts_at, id) WHERE orphaned_at IS NOT NULL;

-- The history of an appointment: added to, never changed.
CREATE TABLE appointment_events (
    id uuid PRIMARY KEY NOT NULL,
    appointment_id uuid NOT NULL REFERENCES appointments (id),
    at timestamptz NOT NULL,
    actor_id uuid NOT NULL REFERENCES accounts (id),
    event text NOT NULL CHECK (event IN ('booked', 'moved', 'cancelled', 'attendance_recorded', 'orphaned')),
    slot_id uuid NOT NULL REFERENCES slots (id),
    starts_at timestamptz NOT NULL,
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    detail text
);
CREATE INDEX appointment_events_appointment ON appointment_events (appointment_id, id);
CREATE INDEX appointment_events_slot ON appointment_events (slot_id);
CREATE INDEX appointment_events_clinician ON appointment_events (clinician_id);
CREATE INDEX appointment_events_actor ON appointment_events (actor_id);

-- ---------- Keys of earlier crates to these tables ----------

ALTER TABLE care_episodes
    ADD CONSTRAINT care_episodes_lead_clinician_id_fkey FOREIGN KEY (lead_clinician_id) REFERENCES clinicians (id);
ALTER TABLE care_episode_events
    ADD CONSTRAINT care_episode_events_clinician_id_fkey FOREIGN KEY (clinician_id) REFERENCES clinicians (id);
ALTER TABLE funding_uses
    ADD CONSTRAINT funding_uses_appointment_id_fkey FOREIGN KEY (appointment_id) REFERENCES appointments (id);
