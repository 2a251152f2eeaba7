-- Printed clinical letters: written from the record, agreed by the practitioner, then sent. Kind, recipient and text are sealed.
CREATE TABLE letters (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    -- who writes it
    clinician_id TEXT NOT NULL REFERENCES clinicians (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'awaiting_agreement', 'agreed', 'declined', 'sent', 'withdrawn', 'cancelled')),
    -- all that is printed, sealed
    sealed_content BLOB NOT NULL,
    -- a keyed tag of the content that the practitioner agreed to
    agreed_tag TEXT,
    -- how and on which day it was sent, and who recorded it, sealed
    sealed_sending BLOB,
    proposed_at TEXT,
    agreed_at TEXT,
    sent_at TEXT,
    withdrawn_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK ((agreed_at IS NULL) = (agreed_tag IS NULL)),
    CHECK (state NOT IN ('agreed', 'sent') OR agreed_at IS NOT NULL),
    CHECK (state NOT IN ('draft', 'awaiting_agreement', 'declined') OR agreed_at IS NULL),
    CHECK (state IN ('draft', 'cancelled') OR proposed_at IS NOT NULL),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL) AND (sent_at IS NULL) = (sealed_sending IS NULL)),
    CHECK (state <> 'withdrawn' OR withdrawn_at IS NOT NULL),
    CHECK (withdrawn_at IS NULL OR state IN ('withdrawn', 'sent'))
);
CREATE INDEX letters_practitioner ON letters (practitioner_id, id);
CREATE INDEX letters_clinician ON letters (clinician_id);

-- What was done with a letter, by whom and when.
CREATE TABLE letter_events (
    id TEXT PRIMARY KEY NOT NULL,
    letter_id TEXT NOT NULL REFERENCES letters (id),
    event TEXT NOT NULL CHECK (event IN ('drafted', 'changed', 'proposed', 'agreed', 'declined', 'withdrawn', 'sent', 'cancelled')),
    actor_id TEXT NOT NULL REFERENCES accounts (id),
    -- the reason that was given, sealed
    sealed_reason BLOB,
    at TEXT NOT NULL
);
CREATE INDEX letter_events_letter ON letter_events (letter_id, id);
CREATE INDEX letter_events_actor ON letter_events (actor_id);

-- What was agreed is what is sent: the text changes only together with the return to a draft, and a letter that is final stays as it is.
CREATE TRIGGER letters_stay BEFORE UPDATE ON letters
WHEN NEW.id IS NOT OLD.id OR NEW.practitioner_id IS NOT OLD.practitioner_id OR NEW.clinician_id IS NOT OLD.clinician_id
    OR NEW.created_at IS NOT OLD.created_at OR OLD.withdrawn_at IS NOT NULL
    OR (NEW.sealed_content IS NOT OLD.sealed_content AND NEW.state <> 'draft')
    OR (OLD.state IN ('sent', 'withdrawn', 'cancelled') AND (NEW.state IS NOT OLD.state
        OR NEW.sealed_content IS NOT OLD.sealed_content OR NEW.agreed_tag IS NOT OLD.agreed_tag
        OR NEW.sealed_sending IS NOT OLD.sealed_sending OR NEW.sent_at IS NOT OLD.sent_at))
BEGIN SELECT RAISE(ABORT, 'letters_stay'); END;
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters
BEGIN SELECT RAISE(ABORT, 'letters_stay'); END;
CREATE TRIGGER letter_events_stay BEFORE UPDATE ON letter_events
BEGIN SELECT RAISE(ABORT, 'letter_events_stay'); END;
