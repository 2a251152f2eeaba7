DELETE FROM account_marks WHERE kind IN ('account_status', 'prescribing_rights', 'service_employment', 'hubs');
DROP INDEX account_marks_left_service;
ALTER TABLE account_marks
    DROP COLUMN approved_by,
    DROP COLUMN end_reason,
    DROP COLUMN reason,
    DROP CONSTRAINT account_marks_kind_check,
    ADD CONSTRAINT account_marks_kind_check CHECK (kind IN ('account_name', 'entry_name', 'registration', 'employer', 'discipline',
        'legal_name', 'own_registration'));
DROP TABLE staff_changes;
