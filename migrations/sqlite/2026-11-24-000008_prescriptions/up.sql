-- Who may prescribe, what was prescribed, and how often it was given out.

CREATE TABLE prescribing_registers (
    clinician_id TEXT PRIMARY KEY NOT NULL REFERENCES clinicians (id),
    -- the code for private prescriptions of controlled drugs, sealed
    details BLOB NOT NULL,
    updated_by TEXT NOT NULL REFERENCES accounts (id),
    updated_at TEXT NOT NULL,
    version INTEGER NOT NULL
);
CREATE INDEX prescribing_registers_updated_by ON prescribing_registers (updated_by);

CREATE TABLE prescribing_rights (
    clinician_id TEXT NOT NULL REFERENCES prescribing_registers (clinician_id),
    kind TEXT NOT NULL CHECK (kind IN ('independent_nurse', 'independent_pharmacist', 'independent_physiotherapist',
        'independent_podiatrist', 'independent_paramedic', 'supplementary', 'home_office_licence')),
    valid_from DATE NOT NULL,
    valid_until DATE,
    PRIMARY KEY (clinician_id, kind, valid_from),
    CHECK (valid_until >= valid_from)
);

CREATE TABLE prescriptions (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- who writes and signs it
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    assessment_id TEXT REFERENCES assessments (id),
    -- the number by which people name it
    short_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed', 'issued', 'cancelled')),
    kind TEXT NOT NULL CHECK (kind IN ('acute', 'repeat')),
    -- medicines, doses, address and reasons, sealed
    content BLOB NOT NULL,
    -- names, registration and practice as they were when it was signed, sealed
    signature BLOB,
    signed_at TEXT,
    valid_from DATE,
    -- the last day of the first issue, and the last day of any
    valid_until DATE,
    ends_on DATE,
    review_on DATE,
    interval_days INTEGER NOT NULL CHECK (interval_days BETWEEN 0 AND 366),
    issues_allowed INTEGER NOT NULL CHECK (issues_allowed BETWEEN 1 AND 99),
    issues_made INTEGER NOT NULL CHECK (issues_made BETWEEN 0 AND issues_allowed),
    last_issued_at TEXT,
    cancelled_at TEXT,
    cancelled_by TEXT REFERENCES accounts (id),
    cancel_reason TEXT,
    -- what was said about it, sealed
    cancel_note BLOB,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
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
    id TEXT PRIMARY KEY NOT NULL,
    prescription_id TEXT NOT NULL REFERENCES prescriptions (id),
    -- counted from 1
    number INTEGER NOT NULL CHECK (number > 0),
    issued_by TEXT NOT NULL REFERENCES accounts (id),
    issued_at TEXT NOT NULL
);
CREATE UNIQUE INDEX prescription_issues_number ON prescription_issues (prescription_id, number);
CREATE INDEX prescription_issues_issued_by ON prescription_issues (issued_by);

-- Signed is signed: only that it was given out, or called off, is added. No going back from either.
CREATE TRIGGER prescriptions_signed_stay BEFORE UPDATE ON prescriptions
WHEN OLD.state = 'cancelled' OR (OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.state = 'issued' AND NEW.state = 'signed')
    OR NEW.issues_made < OLD.issues_made
    OR NEW.id IS NOT OLD.id OR NEW.practitioner_id IS NOT OLD.practitioner_id OR NEW.clinician_id IS NOT OLD.clinician_id
    OR NEW.assessment_id IS NOT OLD.assessment_id OR NEW.short_id IS NOT OLD.short_id OR NEW.kind IS NOT OLD.kind
    OR NEW.content IS NOT OLD.content OR NEW.signature IS NOT OLD.signature OR NEW.signed_at IS NOT OLD.signed_at
    OR NEW.valid_from IS NOT OLD.valid_from OR NEW.valid_until IS NOT OLD.valid_until OR NEW.ends_on IS NOT OLD.ends_on
    OR NEW.review_on IS NOT OLD.review_on OR NEW.interval_days IS NOT OLD.interval_days OR NEW.issues_allowed IS NOT OLD.issues_allowed
    OR NEW.created_at IS NOT OLD.created_at))
BEGIN SELECT RAISE(ABORT, 'prescriptions_signed_stay'); END;
-- Never more often than allowed, and nothing that is not signed or is called off.
CREATE TRIGGER prescription_issues_allowed BEFORE INSERT ON prescription_issues
BEGIN
    SELECT RAISE(ABORT, 'prescription_issues_allowed') WHERE NOT EXISTS (
        SELECT 1 FROM prescriptions WHERE id = NEW.prescription_id AND state IN ('signed', 'issued') AND NEW.number <= issues_allowed);
END;
CREATE TRIGGER prescription_issues_stay BEFORE UPDATE ON prescription_issues
BEGIN SELECT RAISE(ABORT, 'prescription_issues_stay'); END;
