-- The tables of the crate reference: what is known of the world outside.
--
-- A key to a table of a later crate is added by that crate's migration.

-- ---------- signposts: help elsewhere ----------

-- The directory of help elsewhere. It is small (a few dozen entries, kept by hand) and is read whole: what fits a person, and in
-- which order, is decided by rules over all of it.
CREATE TABLE signposts (
    -- a stable word for what the program ships, else made up; records elsewhere keep it, so an entry is ended, never deleted
    id text PRIMARY KEY NOT NULL,
    name text NOT NULL CHECK (name <> ''),
    summary text NOT NULL CHECK (summary <> ''),
    audience text NOT NULL
        CHECK (audience IN ('everyone', 'nhs_staff', 'health_and_social_care_staff', 'ethnic_minority_staff')),
    -- where it works, in words; none for all of England
    area text,
    -- whom and where it is for, as lists in JSON; an empty one sets no condition
    professions text NOT NULL,
    regions text NOT NULL,
    icb_codes text NOT NULL,
    -- the needs it meets, as a list in JSON
    needs text NOT NULL CHECK (needs <> '[]'),
    channel text NOT NULL CHECK (channel IN ('phone', 'text', 'web', 'in_person')),
    contact text NOT NULL CHECK (contact <> ''),
    hours text,
    urgency text NOT NULL CHECK (urgency IN ('emergency', 'urgent', 'routine')),
    valid_from date NOT NULL,
    -- the last day; none while there is no end
    valid_to date,
    last_checked date NOT NULL,
    source text NOT NULL CHECK (source <> ''),
    -- its place among those that fit equally well
    position integer NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- in which of the nations it works, as a list in JSON: some are there in England alone; an empty one sets no condition
    nations text NOT NULL DEFAULT '[]',
    CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

-- How each entry came to be as it is: added to, never changed.
CREATE TABLE signpost_changes (
    signpost_id text NOT NULL REFERENCES signposts (id),
    version integer NOT NULL,
    at timestamptz NOT NULL,
    -- none for what the program ships
    changed_by uuid,
    change text NOT NULL CHECK (change IN ('shipped', 'added', 'changed', 'ended', 'checked')),
    -- the entry as it was then, in JSON
    content text NOT NULL,
    PRIMARY KEY (signpost_id, version)
);
CREATE INDEX signpost_changes_by ON signpost_changes (changed_by);
