SET LOCAL lock_timeout = '3s';
-- Whether the registration number that a practitioner states now was compared with those of all others; the background job sets it, and a
-- change of their particulars resets it.
ALTER TABLE practitioners ADD COLUMN registration_compared boolean NOT NULL DEFAULT FALSE;
CREATE INDEX practitioners_registration_compared ON practitioners (registration_compared, id);

-- A flag for a practitioner who states a registration number that another practitioner has or had. The table has a few rows a day, so its
-- Each CHECK is validated at once.
ALTER TABLE audit_flags
    DROP CONSTRAINT audit_flags_kind_check,
    ADD CONSTRAINT audit_flags_kind_check CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'contact_alerts', 'trail_listed',
        'trail_exported', 'possible_duplicate')),
    DROP CONSTRAINT audit_flags_outcome_check,
    ADD CONSTRAINT audit_flags_outcome_check CHECK (outcome IN
        ('explained', 'mistake', 'improper', 'one_person', 'different_people'));
-- Each export and each comparison has its own flag; what is listed after a review has another.
DROP INDEX audit_flags_one;
CREATE UNIQUE INDEX audit_flags_one ON audit_flags (actor_id, day, kind)
    WHERE kind NOT IN ('trail_listed', 'trail_exported', 'possible_duplicate');
