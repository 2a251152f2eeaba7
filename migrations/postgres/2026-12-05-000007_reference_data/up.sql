SET LOCAL lock_timeout = '3s';
-- Changes of reference data: what an administrator lays over the data that the program ships, from a day on.
CREATE TABLE reference_changes (
    id uuid PRIMARY KEY NOT NULL,
    dataset text NOT NULL CHECK (dataset IN ('bank_holidays', 'boards', 'medicines', 'medicine_limits', 'controlled_substances',
        'funding_prices', 'funding_limits')),
    key text NOT NULL,
    valid_from date NOT NULL,
    -- the entry, in JSON; none where it is removed
    entry text,
    -- why, such as the law or the publication: words about no person
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'confirmed', 'withdrawn')),
    -- the place among all confirmed changes: of two from the same day the later one counts
    number integer,
    changed_by uuid NOT NULL REFERENCES accounts (id),
    recorded_at timestamptz NOT NULL,
    -- the second administrator, where one is needed
    confirmed_by uuid REFERENCES accounts (id),
    confirmed_at timestamptz,
    withdrawn_by uuid REFERENCES accounts (id),
    withdrawn_at timestamptz,
    -- when it was carried out where something follows from it, such as the slots of a bank holiday
    begun_at timestamptz,
    CHECK (state <> 'confirmed' OR (number IS NOT NULL AND confirmed_at IS NOT NULL)),
    CHECK (state <> 'confirmed' OR dataset NOT IN ('medicines', 'medicine_limits', 'controlled_substances')
        OR confirmed_by IS NOT NULL),
    CHECK (confirmed_by IS NULL OR confirmed_by <> changed_by),
    CHECK (state <> 'withdrawn' OR (withdrawn_by IS NOT NULL AND withdrawn_at IS NOT NULL)),
    CHECK (begun_at IS NULL OR state = 'confirmed')
);
CREATE INDEX reference_changes_dataset ON reference_changes (dataset, id);
CREATE INDEX reference_changes_key ON reference_changes (dataset, key, id);
CREATE UNIQUE INDEX reference_changes_confirmed ON reference_changes (state, number);
CREATE INDEX reference_changes_due ON reference_changes (state, begun_at, valid_from);
CREATE INDEX reference_changes_changed_by ON reference_changes (changed_by);
CREATE INDEX reference_changes_confirmed_by ON reference_changes (confirmed_by);
CREATE INDEX reference_changes_withdrawn_by ON reference_changes (withdrawn_by);

-- The version of all confirmed changes: one row, whose version is another id after each change.
CREATE TABLE reference_versions (
    id integer PRIMARY KEY NOT NULL CHECK (id = 1),
    version uuid NOT NULL,
    -- how many changes there have been
    number integer NOT NULL
);
INSERT INTO reference_versions (id, version, number) VALUES (1, '00000000-0000-0000-0000-000000000000', 0);

-- Clinicians whose slots are compared with their clinics again, because a day has become a bank holiday or is one no longer.
CREATE TABLE slot_updates (
    clinician_id uuid PRIMARY KEY NOT NULL REFERENCES clinicians (id),
    -- the administrator whose change it was
    requested_by uuid NOT NULL REFERENCES accounts (id),
    requested_at timestamptz NOT NULL
);
CREATE INDEX slot_updates_requested_by ON slot_updates (requested_by);
CREATE INDEX clinics_weekday ON clinics (ended_at, weekday);
