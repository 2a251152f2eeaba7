-- More datasets, and a second administrator for every change that needs one. No other table refers to this one, so it is made again.
CREATE TABLE replacement (
    id TEXT PRIMARY KEY NOT NULL,
    dataset TEXT NOT NULL CHECK (dataset IN ('bank_holidays', 'boards', 'medicines', 'medicine_limits', 'controlled_substances',
        'funding_prices', 'funding_limits', 'prescribing_limits', 'prescribers', 'triage_times', 'alert_times', 'follow_up_policy',
        'outreach_limits', 'waiting_times')),
    key TEXT NOT NULL,
    valid_from DATE NOT NULL,
    -- the entry, in JSON; none where it is removed
    entry TEXT,
    -- why, such as the law or the publication: words about no person
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'withdrawn')),
    -- the place among all confirmed changes: of two from the same day the later one counts
    number INTEGER,
    changed_by TEXT NOT NULL REFERENCES accounts (id),
    recorded_at TEXT NOT NULL,
    -- the second administrator, where one is needed
    confirmed_by TEXT REFERENCES accounts (id),
    confirmed_at TEXT,
    withdrawn_by TEXT REFERENCES accounts (id),
    withdrawn_at TEXT,
    -- when it was carried out where something follows from it, such as the slots of a bank holiday
    begun_at TEXT,
    -- True only in changes of boards that were confirmed without a second administrator before the table demanded one. The program has
    -- demanded one since it has had the table, so there should be none; one that was written by hand stays as it is, marked, and does not
    -- make this migration fail.
    confirmed_alone BOOLEAN NOT NULL DEFAULT FALSE,
    CHECK (state <> 'confirmed' OR (number IS NOT NULL AND confirmed_at IS NOT NULL)),
    -- Every confirmed change has a second administrator, but for bank holidays and the figures of funding, which one administrator changes.
    CHECK (state <> 'confirmed' OR confirmed_by IS NOT NULL OR confirmed_alone
        OR dataset IN ('bank_holidays', 'funding_prices', 'funding_limits')),
    CHECK (NOT confirmed_alone OR (dataset = 'boards' AND confirmed_by IS NULL)),
    CHECK (confirmed_by IS NULL OR confirmed_by <> changed_by),
    CHECK (state <> 'withdrawn' OR (withdrawn_by IS NOT NULL AND withdrawn_at IS NOT NULL)),
    CHECK (begun_at IS NULL OR state = 'confirmed')
);
INSERT INTO replacement (id, dataset, key, valid_from, entry, reason, state, number, changed_by, recorded_at,
    confirmed_by, confirmed_at, withdrawn_by, withdrawn_at,
    begun_at, confirmed_alone)
    SELECT id, dataset, key, valid_from, entry, reason, state, number, changed_by, recorded_at,
    confirmed_by, confirmed_at, withdrawn_by, withdrawn_at,
    begun_at, state = 'confirmed' AND dataset = 'boards' AND confirmed_by IS NULL
    FROM reference_changes;
DROP TABLE reference_changes;
ALTER TABLE replacement RENAME TO reference_changes;
CREATE INDEX reference_changes_dataset ON reference_changes (dataset, id);
CREATE INDEX reference_changes_key ON reference_changes (dataset, key, id);
CREATE UNIQUE INDEX reference_changes_confirmed ON reference_changes (state, number);
CREATE INDEX reference_changes_due ON reference_changes (state, begun_at, valid_from);
CREATE INDEX reference_changes_changed_by ON reference_changes (changed_by);
CREATE INDEX reference_changes_confirmed_by ON reference_changes (confirmed_by);
CREATE INDEX reference_changes_withdrawn_by ON reference_changes (withdrawn_by);
