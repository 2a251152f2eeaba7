SET LOCAL lock_timeout = '3s';
-- The end of a record: on which day it is looked at next, what privacy officers decide, what stops a destruction, and what remains of it.
ALTER TABLE practitioners ADD COLUMN retention_check_on date;
CREATE INDEX practitioners_retention_check ON practitioners (retention_check_on);

-- A record whose retention has ended. Rule and last entry, and what the privacy officers wrote, are sealed.
CREATE TABLE retention_reviews (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    state text NOT NULL CHECK (state IN ('due', 'destruction_proposed', 'kept', 'lapsed')),
    due_on date NOT NULL,
    sealed_findings bytea NOT NULL,
    decided_by uuid REFERENCES accounts (id),
    decided_at timestamptz,
    sealed_decision bytea,
    kept_until date,
    -- who confirmed the destruction; set only within the transaction that destroys the record, and this row with it
    confirmed_by uuid REFERENCES accounts (id),
    created_at timestamptz NOT NULL,
    CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (sealed_decision IS NULL)),
    CHECK (state NOT IN ('destruction_proposed', 'kept') OR decided_by IS NOT NULL),
    CHECK ((state = 'kept') = (kept_until IS NOT NULL)),
    CHECK (confirmed_by IS NULL OR (state = 'destruction_proposed' AND confirmed_by <> decided_by))
);
CREATE UNIQUE INDEX retention_reviews_one_open ON retention_reviews (practitioner_id) WHERE state IN ('due', 'destruction_proposed');
CREATE INDEX retention_reviews_practitioner ON retention_reviews (practitioner_id, id);
CREATE INDEX retention_reviews_state ON retention_reviews (state, id);
CREATE INDEX retention_reviews_decided_by ON retention_reviews (decided_by);
CREATE INDEX retention_reviews_confirmed_by ON retention_reviews (confirmed_by);

-- What stops the destruction of a record. Why it was set and lifted is sealed.
CREATE TABLE retention_holds (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    sealed_grounds bytea NOT NULL,
    set_by uuid NOT NULL REFERENCES accounts (id),
    set_at timestamptz NOT NULL,
    lifted_by uuid REFERENCES accounts (id),
    lifted_at timestamptz,
    sealed_lifting bytea,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (lifted_by IS NULL) = (sealed_lifting IS NULL))
);
CREATE INDEX retention_holds_practitioner ON retention_holds (practitioner_id, lifted_at);
CREATE INDEX retention_holds_set_by ON retention_holds (set_by);
CREATE INDEX retention_holds_lifted_by ON retention_holds (lifted_by);

-- What remains of a destroyed record. The practitioner has no row any more, so nothing refers to one.
CREATE TABLE destruction_certificates (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL,
    reference text NOT NULL,
    due_on date NOT NULL,
    decided_by uuid NOT NULL REFERENCES accounts (id),
    decided_at timestamptz NOT NULL,
    confirmed_by uuid NOT NULL REFERENCES accounts (id),
    destroyed_at timestamptz NOT NULL,
    -- the rule, the last entry, and how many rows of each table: sealed
    sealed_counts bytea NOT NULL,
    CHECK (confirmed_by <> decided_by)
);
CREATE UNIQUE INDEX destruction_certificates_practitioner ON destruction_certificates (practitioner_id);
CREATE UNIQUE INDEX destruction_certificates_reference ON destruction_certificates (reference);
CREATE INDEX destruction_certificates_decided_by ON destruction_certificates (decided_by);
CREATE INDEX destruction_certificates_confirmed_by ON destruction_certificates (confirmed_by);

-- What was issued, sent or signed is deleted only with the whole record, when two privacy officers have decided so.
CREATE FUNCTION record_is_being_destroyed(practitioner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM retention_reviews r WHERE r.practitioner_id = practitioner AND r.confirmed_by IS NOT NULL)
$$;
CREATE OR REPLACE FUNCTION fit_notes_as_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT record_is_being_destroyed(OLD.practitioner_id) THEN
            RAISE EXCEPTION 'fit_notes_as_issued';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.withdrawn_at IS NOT NULL
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
        IF NOT record_is_being_destroyed(OLD.practitioner_id) THEN
            RAISE EXCEPTION 'letters_stay';
        END IF;
        RETURN OLD;
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
    IF TG_OP = 'DELETE' AND record_is_being_destroyed(OLD.practitioner_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'group_notes_signed';
END $$;
