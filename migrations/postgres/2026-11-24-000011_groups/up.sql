-- Group therapy: programmes, who is in them, when they meet, and what is noted.

-- Time of a clinician that something else than an appointment needs, such as the session of a group.
ALTER TABLE absences ADD COLUMN reserved_for uuid;
CREATE INDEX absences_reserved_for ON absences (reserved_for);
ALTER TABLE absences ADD CONSTRAINT absences_reserved_once
    EXCLUDE USING gist (clinician_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (reserved_for IS NOT NULL);

CREATE TABLE therapy_groups (
    id uuid PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('closed_series', 'slow_open')),
    -- what is recorded: a note in each member's record, or a head count
    form TEXT NOT NULL CHECK (form IN ('therapy', 'session')),
    topic TEXT NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('practitioners', 'bereaved_family')),
    state TEXT NOT NULL CHECK (state IN ('gathering', 'running', 'ended', 'cancelled')),
    -- title, description, place and link, sealed
    details bytea NOT NULL,
    capacity integer NOT NULL CHECK (capacity BETWEEN 2 AND 15),
    minimum integer NOT NULL CHECK (minimum BETWEEN 1 AND 15),
    starts_on DATE NOT NULL,
    starts_local TIME NOT NULL,
    minutes integer NOT NULL CHECK (minutes BETWEEN 15 AND 240),
    every_weeks integer NOT NULL CHECK (every_weeks BETWEEN 1 AND 13),
    planned_sessions integer CHECK (planned_sessions BETWEEN 1 AND 52),
    -- with the beginning of which session enrolment closes
    closes_at_session integer CHECK (closes_at_session BETWEEN 1 AND 2),
    -- the beginning of that session; nothing where enrolment never closes
    enrolment_closes_at timestamptz,
    mode TEXT NOT NULL CHECK (mode IN ('in_person', 'video')),
    -- sessions are laid out up to and without this day
    laid_out_until DATE NOT NULL,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (minimum <= capacity),
    CHECK ((kind = 'closed_series') = (planned_sessions IS NOT NULL)),
    CHECK ((kind = 'closed_series') = (closes_at_session IS NOT NULL)),
    -- who is not a practitioner has no record to hold a note
    CHECK (audience = 'practitioners' OR form = 'session')
);
CREATE UNIQUE INDEX therapy_groups_form ON therapy_groups (id, form);
CREATE UNIQUE INDEX therapy_groups_audience ON therapy_groups (id, audience);
CREATE INDEX therapy_groups_list ON therapy_groups (audience, state, id);
CREATE INDEX therapy_groups_horizon ON therapy_groups (kind, state, laid_out_until);
CREATE INDEX therapy_groups_created_by ON therapy_groups (created_by);

CREATE TABLE group_facilitators (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    place integer NOT NULL CHECK (place IN (1, 2)),
    meets TEXT NOT NULL CHECK (meets IN ('strangers_only', 'colleagues', 'anybody')),
    PRIMARY KEY (group_id, clinician_id)
);
CREATE UNIQUE INDEX group_facilitators_two ON group_facilitators (group_id, place);
CREATE INDEX group_facilitators_clinician ON group_facilitators (clinician_id, group_id);

CREATE TABLE group_sessions (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL,
    form TEXT NOT NULL,
    -- the day that the series gave it, wherever it was moved to
    planned_on DATE NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'cancelled')),
    moved BOOLEAN NOT NULL,
    -- why it was moved or cancelled, sealed
    reason bytea,
    head_count integer CHECK (head_count BETWEEN 0 AND 999),
    recorded_by uuid REFERENCES accounts (id),
    recorded_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (group_id, form) REFERENCES therapy_groups (id, form),
    CHECK (ends_at > starts_at),
    CHECK (head_count IS NULL OR form = 'session')
);
CREATE UNIQUE INDEX group_sessions_form ON group_sessions (id, form);
CREATE UNIQUE INDEX group_sessions_day ON group_sessions (group_id, planned_on);
CREATE INDEX group_sessions_group ON group_sessions (group_id, form, starts_at, id);
CREATE INDEX group_sessions_time ON group_sessions (starts_at, id);
CREATE INDEX group_sessions_of_group ON group_sessions (group_id, starts_at, id);
CREATE INDEX group_sessions_recorded_by ON group_sessions (recorded_by);

CREATE TABLE group_screenings (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('suitable', 'not_suitable', 'not_now')),
    notes bytea,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX group_screenings_person ON group_screenings (group_id, practitioner_id, recorded_at);
CREATE INDEX group_screenings_practitioner ON group_screenings (practitioner_id);
CREATE INDEX group_screenings_clinician ON group_screenings (clinician_id);

-- A place that somebody reached for and could not have: it stays so until they are screened anew.
CREATE TABLE group_holds (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    placed_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, practitioner_id)
);
CREATE INDEX group_holds_practitioner ON group_holds (practitioner_id);

CREATE TABLE group_enrolments (
    id uuid PRIMARY KEY NOT NULL,
    group_id uuid NOT NULL,
    audience TEXT NOT NULL,
    -- nobody for a guest who is not a practitioner
    practitioner_id uuid REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'enrolled', 'left', 'removed', 'declined', 'expired', 'completed')),
    seat integer CHECK (seat BETWEEN 1 AND 15),
    -- alias, and for guests how to reach them, sealed
    details bytea NOT NULL,
    meets TEXT NOT NULL CHECK (meets IN ('strangers_only', 'colleagues', 'anybody')),
    asked_at timestamptz NOT NULL,
    offer_expires_at timestamptz,
    enrolled_at timestamptz,
    ended_at timestamptz,
    created_by uuid NOT NULL REFERENCES accounts (id),
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (group_id, audience) REFERENCES therapy_groups (id, audience),
    CHECK ((audience = 'bereaved_family') = (practitioner_id IS NULL)),
    CHECK ((seat IS NOT NULL) = (state IN ('offered', 'enrolled'))),
    CHECK (state <> 'offered' OR offer_expires_at IS NOT NULL),
    CHECK (state NOT IN ('enrolled', 'completed') OR enrolled_at IS NOT NULL)
);
-- one person a seat, and no seat beyond the capacity
CREATE UNIQUE INDEX group_enrolments_seat ON group_enrolments (group_id, seat);
CREATE UNIQUE INDEX group_enrolments_live ON group_enrolments (group_id, practitioner_id)
    WHERE state IN ('waiting', 'offered', 'enrolled');
CREATE INDEX group_enrolments_group ON group_enrolments (group_id, audience, id);
CREATE INDEX group_enrolments_waiting ON group_enrolments (group_id, state, id);
CREATE INDEX group_enrolments_practitioner ON group_enrolments (practitioner_id, id);
CREATE INDEX group_enrolments_offers ON group_enrolments (state, offer_expires_at);
CREATE INDEX group_enrolments_created_by ON group_enrolments (created_by);
CREATE FUNCTION group_enrolments_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seat > (SELECT capacity FROM therapy_groups WHERE id = NEW.group_id) THEN
        RAISE EXCEPTION 'group_enrolments_capacity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER group_enrolments_capacity BEFORE INSERT OR UPDATE OF seat, group_id ON group_enrolments
FOR EACH ROW WHEN (NEW.seat IS NOT NULL) EXECUTE FUNCTION group_enrolments_capacity();
CREATE FUNCTION therapy_groups_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM group_enrolments WHERE group_id = NEW.id AND seat > NEW.capacity) THEN
        RAISE EXCEPTION 'group_enrolments_capacity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER therapy_groups_capacity BEFORE UPDATE OF capacity ON therapy_groups
FOR EACH ROW WHEN (NEW.capacity < OLD.capacity) EXECUTE FUNCTION therapy_groups_capacity();

-- Two who know each other or share an employer, and both had said that they would meet.
CREATE TABLE group_agreements (
    group_id uuid NOT NULL REFERENCES therapy_groups (id),
    one_id uuid NOT NULL REFERENCES accounts (id),
    other_id uuid NOT NULL REFERENCES accounts (id),
    ground TEXT NOT NULL CHECK (ground IN ('acquainted', 'same_employer')),
    relied_on_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, one_id, other_id),
    CHECK (one_id < other_id)
);
CREATE INDEX group_agreements_one ON group_agreements (one_id);
CREATE INDEX group_agreements_other ON group_agreements (other_id);

CREATE TABLE group_attendances (
    session_id uuid NOT NULL REFERENCES group_sessions (id),
    enrolment_id uuid NOT NULL REFERENCES group_enrolments (id),
    attendance TEXT NOT NULL CHECK (attendance IN ('attended_on_time', 'attended_late_seen', 'arrived_late_not_seen',
        'did_not_attend', 'cancelled_by_patient', 'cancelled_by_provider')),
    recorded_by uuid NOT NULL REFERENCES accounts (id),
    first_recorded_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, enrolment_id)
);
CREATE INDEX group_attendances_enrolment ON group_attendances (enrolment_id);
CREATE INDEX group_attendances_recorded_by ON group_attendances (recorded_by);

CREATE TABLE group_notes (
    id uuid PRIMARY KEY NOT NULL,
    session_id uuid NOT NULL,
    -- group sessions have no notes
    form TEXT NOT NULL CHECK (form = 'therapy'),
    enrolment_id uuid NOT NULL REFERENCES group_enrolments (id),
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    author_id uuid NOT NULL REFERENCES clinicians (id),
    -- the note, and what the practitioner sees of it, sealed
    words bytea NOT NULL,
    signed_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    FOREIGN KEY (session_id, form) REFERENCES group_sessions (id, form)
);
CREATE INDEX group_notes_session ON group_notes (session_id, form);
CREATE INDEX group_notes_enrolment ON group_notes (enrolment_id);
CREATE INDEX group_notes_practitioner ON group_notes (practitioner_id, id);
CREATE INDEX group_notes_author ON group_notes (author_id);
CREATE FUNCTION group_notes_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'group_notes_signed';
END $$;
CREATE TRIGGER group_notes_signed BEFORE UPDATE OR DELETE ON group_notes
FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL) EXECUTE FUNCTION group_notes_signed();
