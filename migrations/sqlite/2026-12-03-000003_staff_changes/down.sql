DELETE FROM account_marks WHERE kind IN ('account_status', 'prescribing_rights', 'service_employment', 'hubs');
DROP INDEX account_marks_left_service;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(sql,
    '''own_registration'', ''account_status'', ''prescribing_rights'', ''service_employment'', ''hubs''', '''own_registration''')
    WHERE type = 'table' AND name = 'account_marks';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
DROP INDEX account_marks_approved_by;
ALTER TABLE account_marks DROP COLUMN approved_by;
ALTER TABLE account_marks DROP COLUMN end_reason;
ALTER TABLE account_marks DROP COLUMN reason;
DROP TABLE staff_changes;
