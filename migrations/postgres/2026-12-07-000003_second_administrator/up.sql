SET LOCAL lock_timeout = '3s';
-- Hours of the contact line wait for a second administrator. `contact_hours` stays what applies, for the version before too, which knows no
-- hours that wait; this table has what was proposed and what became of it. Hours that the version before sets beside this one apply, and
-- have no row here.
CREATE TABLE contact_hours_changes (
    id uuid PRIMARY KEY NOT NULL,
    channel text NOT NULL CHECK (channel IN ('phone', 'text', 'email', 'web')),
    kind text NOT NULL CHECK (kind IN ('week', 'day')),
    starts_on date NOT NULL,
    closed_on_bank_holidays boolean NOT NULL,
    -- weekday, from and until in minutes of the day in Britain, as a list in JSON
    hours text NOT NULL,
    -- why they differ: public words
    reason text,
    state text NOT NULL CHECK (state IN ('pending', 'approved', 'withdrawn')),
    -- none for those that the service began with
    proposed_by uuid REFERENCES accounts (id),
    proposed_at timestamptz NOT NULL,
    -- the second administrator
    approved_by uuid REFERENCES accounts (id),
    approved_at timestamptz,
    withdrawn_by uuid REFERENCES accounts (id),
    withdrawn_at timestamptz,
    -- true only in hours that were set when no second administrator was needed
    approved_alone boolean NOT NULL DEFAULT false,
    CHECK (kind = 'week' OR NOT closed_on_bank_holidays),
    CHECK (state <> 'approved' OR (approved_at IS NOT NULL AND (approved_by IS NOT NULL OR approved_alone))),
    CHECK (proposed_by IS NOT NULL OR approved_alone),
    CHECK (approved_by IS NULL OR approved_by <> proposed_by),
    CHECK (state <> 'withdrawn' OR (withdrawn_by IS NOT NULL AND withdrawn_at IS NOT NULL))
);
CREATE INDEX contact_hours_changes_day ON contact_hours_changes (starts_on, id);
CREATE INDEX contact_hours_changes_channel ON contact_hours_changes (channel, starts_on, id);
CREATE INDEX contact_hours_changes_proposed_by ON contact_hours_changes (proposed_by);
CREATE INDEX contact_hours_changes_approved_by ON contact_hours_changes (approved_by);
CREATE INDEX contact_hours_changes_withdrawn_by ON contact_hours_changes (withdrawn_by);
INSERT INTO contact_hours_changes (id, channel, kind, starts_on, closed_on_bank_holidays, hours, reason, state, proposed_by,
    proposed_at, approved_at, approved_alone)
    SELECT id, channel, kind, starts_on, closed_on_bank_holidays, hours, reason, 'approved', set_by, created_at, created_at, true
    FROM contact_hours;

-- Every change of reference data waits for a second administrator. The version before, which still confirms bank holidays and the figures
-- of funding alone, does not set this column; a later migration demands the second administrator of all.
ALTER TABLE reference_changes
    ADD COLUMN needs_second_person boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT reference_changes_always_second_person
        CHECK (NOT needs_second_person OR state <> 'confirmed' OR confirmed_by IS NOT NULL);
