-- The version before has no such flag.
DELETE FROM audit_flags WHERE kind = 'contact_alerts';
ALTER TABLE audit_flags
    DROP CONSTRAINT audit_flags_kind_check,
    ADD CONSTRAINT audit_flags_kind_check CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'trail_listed', 'trail_exported'));
