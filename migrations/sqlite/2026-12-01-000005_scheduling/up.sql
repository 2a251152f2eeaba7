-- The tables of the crate scheduling: whose time there is, and who has which part of it.

-- ---------- clinicians: the directory ----------

CREATE TABLE clinicians (
    id TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id),
    name BLOB NOT NULL,
    discipline TEXT NOT NULL,
    gender TEXT NOT NULL,
    region TEXT NOT NULL,
    place TEXT NOT NULL,
    biography TEXT NOT NULL,
    -- employer and registration are needed to keep colleagues apart, and for nothing else
    details BLOB NOT NULL,
    employer_index TEXT,
    registration_index TEXT,
    listed BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX clinicians_employer ON clinicians (employer_index);
CREATE INDEX clinicians_registration ON clinicians (registration_index);

CREATE TABLE clinician_specialisms (
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    specialism TEXT NOT NULL,
    PRIMARY KEY (clinician_id, specialism)
);
CREATE INDEX clinician_specialisms_by_specialism ON clinician_specialisms (specialism, clinician_id);

CREATE TABLE clinician_languages (
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    language TEXT NOT NULL,
    PRIMARY KEY (clinician_id, language)
);
CREATE INDEX clinician_languages_by_language ON clinician_languages (language, clinician_id);

-- ---------- calendar: when clinicians are there ----------

CREATE TABLE clinics (
    id TEXT PRIMARY KEY NOT NULL,
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    -- 1 is Monday, 7 is Sunday (ISO 8601)
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    starts_local TIME NOT NULL,
    ends_local TIME NOT NULL,
    slot_minutes INTEGER NOT NULL CHECK (slot_minutes BETWEEN 10 AND 240),
    gap_minutes INTEGER NOT NULL CHECK (gap_minutes BETWEEN 0 AND 60),
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    valid_from DATE NOT NULL,
    valid_until DATE,
    -- slots are laid out up to and without this day
    laid_out_until DATE NOT NULL,
    ended_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX clinics_clinician ON clinics (clinician_id, id);
CREATE INDEX clinics_horizon ON clinics (ended_at, laid_out_until);

CREATE TABLE absences (
    id TEXT PRIMARY KEY NOT NULL,
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    note BLOB,
    created_at TEXT NOT NULL,
    -- what else than an appointment needs this time, such as the session of a group
    reserved_for TEXT,
    CHECK (ends_at > starts_at)
);
CREATE INDEX absences_clinician ON absences (clinician_id, starts_at);
CREATE INDEX absences_reserved_for ON absences (reserved_for);

CREATE TRIGGER absences_reserved_once BEFORE INSERT ON absences WHEN NEW.reserved_for IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'absences_reserved_once') WHERE EXISTS (
        SELECT 1 FROM absences WHERE clinician_id = NEW.clinician_id AND reserved_for IS NOT NULL
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;

CREATE TABLE slots (
    id TEXT PRIMARY KEY NOT NULL,
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    clinic_id TEXT NOT NULL REFERENCES clinics (id),
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    state TEXT NOT NULL CHECK (state IN ('free', 'booked', 'withdrawn')),
    -- a hold counts only while held_until lies ahead
    held_by TEXT REFERENCES practitioners (id),
    held_until TEXT,
    CHECK (ends_at > starts_at)
);
CREATE UNIQUE INDEX slots_clinician_start ON slots (clinician_id, starts_at);
CREATE INDEX slots_clinic ON slots (clinic_id, starts_at);
CREATE INDEX slots_search ON slots (state, kind, starts_at, id);
CREATE INDEX slots_next_free ON slots (clinician_id, state, starts_at, kind, mode);
-- one hold a person
CREATE UNIQUE INDEX slots_held_by ON slots (held_by);

CREATE TRIGGER slots_no_overlap_insert BEFORE INSERT ON slots WHEN NEW.state <> 'withdrawn'
BEGIN
    SELECT RAISE(ABORT, 'slots_no_overlap') WHERE EXISTS (
        SELECT 1 FROM slots WHERE clinician_id = NEW.clinician_id AND state <> 'withdrawn'
            AND starts_at < NEW.ends_at AND starts_at > strftime('%Y-%m-%dT%H:%M:%S.000000Z', NEW.starts_at, '-1 day') AND ends_at > NEW.starts_at);
END;
CREATE TRIGGER slots_no_overlap_update BEFORE UPDATE OF clinician_id, starts_at, ends_at, state ON slots
WHEN NEW.state <> 'withdrawn' AND (OLD.state = 'withdrawn' OR NEW.clinician_id <> OLD.clinician_id
    OR NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at)
BEGIN
    SELECT RAISE(ABORT, 'slots_no_overlap') WHERE EXISTS (
        SELECT 1 FROM slots WHERE clinician_id = NEW.clinician_id AND id <> NEW.id AND state <> 'withdrawn'
            AND starts_at < NEW.ends_at AND starts_at > strftime('%Y-%m-%dT%H:%M:%S.000000Z', NEW.starts_at, '-1 day') AND ends_at > NEW.starts_at);
END;

-- What clinicians are told of changes in their calendars that others made.
CREATE TABLE calendar_changes (
    id TEXT PRIMARY KEY NOT NULL,
    -- the message that tells of it
    message_id TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    -- counts the changes of one message
    place INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('appointment', 'session', 'places', 'caseload', 'follow_up', 'orphaned')),
    -- which appointment, session, group, practitioner, follow-up or clinician
    subject_id TEXT NOT NULL,
    -- when it was to begin, and when it begins now; none for what is new, cancelled or has no time
    from_at TEXT,
    to_at TEXT
);
CREATE INDEX calendar_changes_message ON calendar_changes (message_id);

-- When clinicians wish to be told of them.
CREATE TABLE calendar_message_preferences (
    clinician_id TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id),
    calendar TEXT NOT NULL CHECK (calendar IN ('immediately', 'daily', 'never')),
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);

-- ---------- booking ----------

CREATE TABLE appointments (
    id TEXT PRIMARY KEY NOT NULL,
    slot_id TEXT NOT NULL REFERENCES slots (id),
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    kind TEXT NOT NULL CHECK (kind IN ('assessment', 'treatment')),
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'video')),
    place TEXT,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('booked', 'cancelled', 'attended', 'not_attended')),
    -- what the practitioner says about the arrangements, sealed
    arrangements BLOB,
    booked_by TEXT NOT NULL REFERENCES accounts (id),
    -- set when an absence or a changed clinic took the slot away from under the appointment
    orphaned_at TEXT,
    cancelled_at TEXT,
    cancel_reason TEXT,
    attendance TEXT,
    attendance_at TEXT,
    -- how often it was moved (an iCalendar SEQUENCE)
    moves INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE UNIQUE INDEX appointments_live_slot ON appointments (slot_id) WHERE status = 'booked';
CREATE INDEX appointments_slot ON appointments (slot_id);
CREATE INDEX appointments_practitioner ON appointments (practitioner_id, starts_at, id);
CREATE INDEX appointments_clinician ON appointments (clinician_id, starts_at, id);
CREATE INDEX appointments_all ON appointments (starts_at, id);
CREATE INDEX appointments_booked_by ON appointments (booked_by);
CREATE INDEX appointments_orphaned ON appointments (starts_at, id) WHERE orphaned_at IS NOT NULL;

CREATE TRIGGER appointments_no_overlap_insert BEFORE INSERT ON appointments WHEN NEW.status = 'booked'
BEGIN
    SELECT RAISE(ABORT, 'appointments_no_overlap') WHERE EXISTS (
        SELECT 1 FROM appointments WHERE practitioner_id = NEW.practitioner_id AND status = 'booked'
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;
CREATE TRIGGER appointments_no_overlap_update BEFORE UPDATE OF practitioner_id, starts_at, ends_at, status ON appointments
WHEN NEW.status = 'booked'
BEGIN
    SELECT RAISE(ABORT, 'appointments_no_overlap') WHERE EXISTS (
        SELECT 1 FROM appointments WHERE practitioner_id = NEW.practitioner_id AND id <> NEW.id AND status = 'booked'
            AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at);
END;

-- The history of an appointment: added to, never changed.
CREATE TABLE appointment_events (
    id TEXT PRIMARY KEY NOT NULL,
    appointment_id TEXT NOT NULL REFERENCES appointments (id),
    at TEXT NOT NULL,
    actor_id TEXT NOT NULL REFERENCES accounts (id),
    event TEXT NOT NULL CHECK (event IN ('booked', 'moved', 'cancelled', 'attendance_recorded', 'orphaned')),
    slot_id TEXT NOT NULL REFERENCES slots (id),
    starts_at TEXT NOT NULL,
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    detail TEXT
);
CREATE INDEX appointment_events_appointment ON appointment_events (appointment_id, id);
CREATE INDEX appointment_events_slot ON appointment_events (slot_id);
CREATE INDEX appointment_events_clinician ON appointment_events (clinician_id);
CREATE INDEX appointment_events_actor ON appointment_events (actor_id);
