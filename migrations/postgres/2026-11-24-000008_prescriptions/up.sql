-- Who may prescribe, what was prescribed, and how often it was given out.

CREATE TABLE prescribing_registers (
    clinician_id uuid PRIMARY KEY NOT NULL REFERENCES clinicians (id),
    -- the code for private prescriptions of controlled drugs, sealed
    details bytea NOT NULL,
    updated_by uuid NOT NULL REFERENCES accounts (id),
    updated_at timestamptz NOT NULL,
    version integer NOT NULL
);
CREATE INDEX prescribing_registers_updated_by ON prescribing_registers (updated_by);

CREATE TABLE prescribing_rights (
    clinician_id uuid NOT NULL REFERENCES prescribing_registers (clinician_id),
    kind TEXT NOT NULL CHECK (kind IN ('independent_nurse', 'independent_pharmacist', 'independent_physiotherapist',
        'independent_podiatrist', 'independent_paramedic', 'supplementary', 'home_office_licence')),
    valid_from DATE NOT NULL,
    valid_until DATE,
    PRIMARY KEY (clinician_id, kind, valid_from),
    CHECK (valid_until >= valid_from)
);

CREATE TABLE prescriptions (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- who writes and signs it
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    assessment_id uuid REFERENCES assessments (id),
    -- the number by which people name it
    short_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'issued', 'cancelled')),
    kind TEXT NOT NULL CHECK (kind IN ('acute', 'repeat')),
    -- medicines, doses, address and reasons, sealed
    content bytea NOT NULL,
    -- names, registration and practice as they were when it was signed, sealed
    signature bytea,
    signed_at timestamptz,
    valid_from DATE,
    -- the last day of the first issue, and the last day of any
    valid_until DATE,
    ends_on DATE,
    review_on DATE,
    interval_days integer NOT NULL CHECK (interval_days BETWEEN 0 AND 366),
    issues_allowed integer NOT NULL CHECK (issues_allowed BETWEEN 1 AND 99),
    issues_made integer NOT NULL CHECK (issues_made BETWEEN 0 AND issues_allowed),
    last_issued_at timestamptz,
    cancelled_at timestamptz,
    cancelled_by uuid REFERENCES accounts (id),
    cancel_reason TEXT,
    -- what was said about it, sealed
    cancel_note bytea,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (state NOT IN ('signed', 'issued') OR (signature IS NOT NULL AND signed_at IS NOT NULL AND assessment_id IS NOT NULL
        AND valid_from IS NOT NULL AND valid_until IS NOT NULL AND ends_on IS NOT NULL)),
    CHECK ((signature IS NULL) = (signed_at IS NULL)),
    CHECK ((state = 'issued') = (issues_made > 0) OR state = 'cancelled'),
    CHECK (kind = 'repeat' OR issues_allowed = 1),
    CHECK (kind = 'acute' OR signed_at IS NULL OR review_on IS NOT NULL),
    CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL AND cancel_reason IS NOT NULL))
);
CREATE UNIQUE INDEX prescriptions_short_id ON prescriptions (short_id);
CREATE INDEX prescriptions_practitioner ON prescriptions (practitioner_id, id);
CREATE INDEX prescriptions_clinician ON prescriptions (clinician_id, id);
CREATE INDEX prescriptions_assessment ON prescriptions (assessment_id);
CREATE INDEX prescriptions_cancelled_by ON prescriptions (cancelled_by);

CREATE TABLE prescription_issues (
    id uuid PRIMARY KEY NOT NULL,
    prescription_id uuid NOT NULL REFERENCES prescriptions (id),
    -- counted from 1
    number integer NOT NULL CHECK (number > 0),
    issued_by uuid NOT NULL REFERENCES accounts (id),
    issued_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX prescription_issues_number ON prescription_issues (prescription_id, number);
CREATE INDEX prescription_issues_issued_by ON prescription_issues (issued_by);

-- Signed is signed: only that it was given out, or called off, is added. No going back from either.
CREATE FUNCTION prescriptions_signed_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'cancelled' OR (OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.state = 'issued' AND NEW.state = 'signed')
        OR NEW.issues_made < OLD.issues_made
        OR (NEW.id, NEW.practitioner_id, NEW.clinician_id, NEW.assessment_id, NEW.short_id, NEW.kind,
            NEW.content, NEW.signature, NEW.signed_at, NEW.valid_from, NEW.valid_until, NEW.ends_on,
            NEW.review_on, NEW.interval_days, NEW.issues_allowed, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.practitioner_id, OLD.clinician_id, OLD.assessment_id, OLD.short_id, OLD.kind,
            OLD.content, OLD.signature, OLD.signed_at, OLD.valid_from, OLD.valid_until, OLD.ends_on,
            OLD.review_on, OLD.interval_days, OLD.issues_allowed, OLD.created_at)))
    THEN
        RAISE EXCEPTION 'prescriptions_signed_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prescriptions_signed_stay BEFORE UPDATE ON prescriptions
FOR EACH ROW EXECUTE FUNCTION prescriptions_signed_stay();
-- Never more often than allowed, and nothing that is not signed or is called off.
CREATE FUNCTION prescription_issues_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'prescription_issues_stay';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM prescriptions WHERE id = NEW.prescription_id AND state IN ('signed', 'issued') AND NEW.number <= issues_allowed)
    THEN
        RAISE EXCEPTION 'prescription_issues_allowed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prescription_issues_allowed BEFORE INSERT OR UPDATE ON prescription_issues
FOR EACH ROW EXECUTE FUNCTION prescription_issues_allowed();
