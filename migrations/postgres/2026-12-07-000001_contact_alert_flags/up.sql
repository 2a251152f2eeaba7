SET LOCAL lock_timeout = '3s';
-- A flag for coordinators who raise alerts from contacts whose caller they recorded. The table has a few rows a day, so its CHECK is
-- validated at once.
ALTER TABLE audit_flags
    DROP CONSTRAINT audit_flags_kind_check,
    ADD CONSTRAINT audit_flags_kind_check CHECK (kind IN
        ('many_practitioners', 'night', 'colleague', 'many_refusals', 'phone_lookups', 'contact_alerts', 'trail_listed',
        'trail_exported'));
