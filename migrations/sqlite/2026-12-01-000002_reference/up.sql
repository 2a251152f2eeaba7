-- The tables of the crate reference: what is known of the world outside.
--
-- SQLite adds no foreign key to a table that exists, and looks for the other table only when a row is written. So a key to a table
-- of a later crate stands where its column is.

-- ---------- signposts: help elsewhere ----------

-- The directory of help elsewhere. It is small (a few dozen entries, kept by hand) and is read whole: what fits a person, and in
-- which order, is decided by rules over all of it.
CREATE TABLE signposts (
    -- a stable word for what the program ships, else made up; records elsewhere keep it, so an entry is ended, never deleted
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL CHECK (name <> ''),
    summary TEXT NOT NULL CHECK (summary <> ''),
    audience TEXT NOT NULL
        CHECK (audience IN ('everyone', 'nhs_staff', 'health_and_social_care_staff', 'ethnic_minority_staff')),
    -- where it works, in words; none for all of England
    area TEXT,
    -- whom and where it is for, as lists in JSON; an empty one sets no condition
    professions TEXT NOT NULL,
    regions TEXT NOT NULL,
    icb_codes TEXT NOT NULL,
    -- the needs it meets, as a list in JSON
    needs TEXT NOT NULL CHECK (needs <> '[]'),
    channel TEXT NOT NULL CHECK (channel IN ('phone', 'text', 'web', 'in_person')),
    contact TEXT NOT NULL CHECK (contact <> ''),
    hours TEXT,
    urgency TEXT NOT NULL CHECK (urgency IN ('emergency', 'urgent', 'routine')),
    valid_from DATE NOT NULL,
    -- the last day; none while there is no end
    valid_to DATE,
    last_checked DATE NOT NULL,
    source TEXT NOT NULL CHECK (source <> ''),
    -- its place among those that fit equally well
    position INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    -- in which of the nations it works, as a list in JSON: some are there in England alone; an empty one sets no condition
    nations TEXT NOT NULL DEFAULT '[]',
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

-- How each entry came to be as it is: added to, never changed.
CREATE TABLE signpost_changes (
    signpost_id TEXT NOT NULL REFERENCES signposts (id),
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    -- none for what the program ships
    changed_by TEXT REFERENCES accounts (id),
    change TEXT NOT NULL CHECK (change IN ('shipped', 'added', 'changed', 'ended', 'checked')),
    -- the entry as it was then, in JSON
    content TEXT NOT NULL,
    PRIMARY KEY (signpost_id, version)
);
CREATE INDEX signpost_changes_by ON signpost_changes (changed_by);
