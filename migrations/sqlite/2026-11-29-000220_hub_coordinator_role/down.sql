-- An account without a hub is closed: as a coordinator it would see everything.
UPDATE accounts SET active = 0 WHERE role = 'hub_coordinator' AND id NOT IN (SELECT account_id FROM hub_coordinators);
UPDATE accounts SET role = 'coordinator' WHERE role = 'hub_coordinator';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''call_handler'', ''coordinator'', ''hub_coordinator'',', '''call_handler'', ''coordinator'',')
    WHERE type = 'table' AND name = 'accounts';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
