DROP INDEX practitioners_registration_compared;
ALTER TABLE practitioners DROP COLUMN registration_compared;
-- The version before has no such flag.
DELETE FROM audit_flags WHERE kind = 'possible_duplicate';
DROP INDEX audit_flags_one;
CREATE UNIQUE INDEX audit_flags_one ON audit_flags (actor_id, day, kind) WHERE kind NOT IN ('trail_listed', 'trail_exported');
ALTER TABLE audit_flags
    DROP CONSTRAINT audit_flags_kind_check,
    ADD CONSTRAINT audit_flags_kind_check CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'contact_alerts', 'trail_listed',
        'trail_exported')),
    DROP CONSTRAINT audit_flags_outcome_check,
    ADD CONSTRAINT audit_flags_outcome_check CHECK (outcome IN ('explained', 'mistake', 'improper'));
