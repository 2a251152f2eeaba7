-- What clinicians are told of changes in their calendars that others made, and when they wish to be told.

CREATE TABLE calendar_changes (
    id uuid PRIMARY KEY NOT NULL,
    -- the message that tells of it
    message_id uuid NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    -- counts the changes of one message
    place integer NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('appointment', 'session', 'places', 'caseload', 'follow_up', 'orphaned')),
    -- which appointment, session, group, practitioner, follow-up or clinician
    subject_id uuid NOT NULL,
    -- when it was to begin, and when it begins now; none for what is new, cancelled or has no time
    from_at timestamptz,
    to_at timestamptz
);
CREATE INDEX calendar_changes_message ON calendar_changes (message_id);

CREATE TABLE calendar_message_preferences (
    clinician_id uuid PRIMARY KEY NOT NULL REFERENCES accounts (id),
    calendar TEXT NOT NULL CHECK (calendar IN ('immediately', 'daily', 'never')),
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
