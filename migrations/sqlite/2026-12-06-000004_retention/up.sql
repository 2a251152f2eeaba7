-- The end of a record: on which day it is looked at next, what privacy officers decide, what stops a destruction, and what remains of it.
ALTER TABLE practitioners ADD COLUMN retention_check_on DATE;
CREATE INDEX practitioners_retention_check ON practitioners (retention_check_on);

-- A record whose retention has ended. Rule and last entry, and what the privacy officers wrote, are sealed.
CREATE TABLE retention_reviews (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('due', 'destruction_proposed', 'kept', 'lapsed')),
    due_on DATE NOT NULL,
    sealed_findings BLOB NOT NULL,
    decided_by TEXT REFERENCES accounts (id),
    decided_at TEXT,
    sealed_decision BLOB,
    kept_until DATE,
    -- who confirmed the destruction; set only within the transaction that destroys the record, and this row with it
    confirmed_by TEXT REFERENCES accounts (id),
    created_at TEXT NOT NULL,
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
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    sealed_grounds BLOB NOT NULL,
    set_by TEXT NOT NULL REFERENCES accounts (id),
    set_at TEXT NOT NULL,
    lifted_by TEXT REFERENCES accounts (id),
    lifted_at TEXT,
    sealed_lifting BLOB,
    CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (lifted_by IS NULL) = (sealed_lifting IS NULL))
);
CREATE INDEX retention_holds_practitioner ON retention_holds (practitioner_id, lifted_at);
CREATE INDEX retention_holds_set_by ON retention_holds (set_by);
CREATE INDEX retention_holds_lifted_by ON retention_holds (lifted_by);

-- What remains of a destroyed record. The practitioner has no row any more, so nothing refers to one.
CREATE TABLE destruction_certificates (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    due_on DATE NOT NULL,
    decided_by TEXT NOT NULL REFERENCES accounts (id),
    decided_at TEXT NOT NULL,
    confirmed_by TEXT NOT NULL REFERENCES accounts (id),
    destroyed_at TEXT NOT NULL,
    -- the rule, the last entry, and how many rows of each table: sealed
    sealed_counts BLOB NOT NULL,
    CHECK (confirmed_by <> decided_by)
);
CREATE UNIQUE INDEX destruction_certificates_practitioner ON destruction_certificates (practitioner_id);
CREATE UNIQUE INDEX destruction_certificates_reference ON destruction_certificates (reference);
CREATE INDEX destruction_certificates_decided_by ON destruction_certificates (decided_by);
CREATE INDEX destruction_certificates_confirmed_by ON destruction_certificates (confirmed_by);

-- What was issued, sent or signed is deleted only with the whole record, when two privacy officers have decided so.
DROP TRIGGER fit_notes_no_delete;
CREATE TRIGGER fit_notes_no_delete BEFORE DELETE ON fit_notes
WHEN NOT EXISTS (SELECT 1 FROM retention_reviews r WHERE r.practitioner_id = OLD.practitioner_id AND r.confirmed_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
DROP TRIGGER letters_no_delete;
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters
WHEN NOT EXISTS (SELECT 1 FROM retention_reviews r WHERE r.practitioner_id = OLD.practitioner_id AND r.confirmed_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'letters_stay'); END;
DROP TRIGGER group_notes_signed_delete;
CREATE TRIGGER group_notes_signed_delete BEFORE DELETE ON group_notes
WHEN OLD.signed_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM retention_reviews r WHERE r.practitioner_id = OLD.practitioner_id AND r.confirmed_by IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'group_notes_signed'); END;
