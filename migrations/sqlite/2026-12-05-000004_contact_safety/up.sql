-- Crises of callers wait here until the service looks whether they are about a practitioner. The same is stored for every caller.
CREATE TABLE contact_crises (
    id TEXT PRIMARY KEY NOT NULL,
    contact_id TEXT NOT NULL REFERENCES contacts (id),
    severity TEXT NOT NULL CHECK (severity IN ('immediate', 'urgent', 'same_day')),
    -- the member of staff; null where the caller answered the safety question
    reported_by TEXT REFERENCES accounts (id),
    -- what was stated and written, and later about which practitioners an alert was raised: sealed; null once it is erased
    details BLOB,
    created_at TEXT NOT NULL,
    -- when it is handled next
    due_at TEXT NOT NULL,
    handled_at TEXT
);
CREATE INDEX contact_crises_contact ON contact_crises (contact_id, handled_at);
CREATE INDEX contact_crises_reported_by ON contact_crises (reported_by);
CREATE INDEX contact_crises_waiting ON contact_crises (handled_at, due_at, id);

-- The reference that a caller stated, as a keyed index.
ALTER TABLE contacts ADD COLUMN reference_index TEXT;
CREATE INDEX contacts_reference ON contacts (reference_index);

-- When clinicians on duty were notified of a task about danger. No one is notified of those of the past.
ALTER TABLE contact_tasks ADD COLUMN duty_notified_at TEXT;
UPDATE contact_tasks SET duty_notified_at = raised_at;

-- A keyed index of the confirmed mobile number. The program fills it when it starts.
ALTER TABLE message_preferences ADD COLUMN mobile_index TEXT;
CREATE INDEX message_preferences_mobile ON message_preferences (mobile_index);

-- Whether an entry is a way for people who are deaf or do not speak on the telephone.
ALTER TABLE signposts ADD COLUMN accessible BOOLEAN NOT NULL DEFAULT FALSE;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''give_information''', '''give_information'', ''protect_child'', ''protect_adult'', ''support_bereaved'', ''reach_own_team'', ''advise_colleague_or_family'', ''raise_concern''')
    WHERE type = 'table' AND name = 'contact_triages';
UPDATE sqlite_schema SET sql = replace(sql, '''call_back''', '''call_back'', ''safeguarding'', ''patient_safety''')
    WHERE type = 'table' AND name = 'contact_tasks';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
