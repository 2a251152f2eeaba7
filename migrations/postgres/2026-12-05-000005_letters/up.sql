SET LOCAL lock_timeout = '3s';
-- Printed clinical letters: written from the record, agreed by the practitioner, then sent. Kind, recipient and text are sealed.
CREATE TABLE letters (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    -- who writes it
    clinician_id uuid NOT NULL REFERENCES clinicians (id),
    state text NOT NULL CHECK (state IN ('draft', 'awaiting_agreement', 'agreed', 'declined', 'sent', 'withdrawn', 'cancelled')),
    -- all that is printed, sealed
    sealed_content bytea NOT NULL,
    -- a keyed tag of the content that the practitioner agreed to
    agreed_tag text,
    -- how and on which day it was sent, and who recorded it, sealed
    sealed_sending bytea,
    proposed_at timestamptz,
    agreed_at timestamptz,
    sent_at timestamptz,
    withdrawn_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
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
    id uuid PRIMARY KEY NOT NULL,
    letter_id uuid NOT NULL REFERENCES letters (id),
    event text NOT NULL CHECK (event IN ('drafted', 'changed', 'proposed', 'agreed', 'declined', 'withdrawn', 'sent', 'cancelled')),
    actor_id uuid NOT NULL REFERENCES accounts (id),
    -- the reason that was given, sealed
    sealed_reason bytea,
    at timestamptz NOT NULL
);
CREATE INDEX letter_events_letter ON letter_events (letter_id, id);
CREATE INDEX letter_events_actor ON letter_events (actor_id);

-- What was agreed is what is sent: the text changes only together with the return to a draft, and a letter that is final stays as it is.
CREATE FUNCTION letters_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'letters_stay';
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
CREATE TRIGGER letters_stay BEFORE UPDATE OR DELETE ON letters FOR EACH ROW EXECUTE FUNCTION letters_stay();
CREATE TRIGGER letter_events_stay BEFORE UPDATE ON letter_events FOR EACH ROW EXECUTE FUNCTION record_is_final();
