-- A role of its own for those who run a hub: taken off their last hub they may do nothing, where a coordinator may do everything.
-- SQLite cannot alter the CHECK of a column, and accounts is referred to from everywhere, so the text of the schema is edited as
-- its documentation describes (ALTER TABLE, section 7); the content of the table is valid under both texts.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''call_handler'', ''coordinator'',', '''call_handler'', ''coordinator'', ''hub_coordinator'',')
    WHERE type = 'table' AND name = 'accounts';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
UPDATE accounts SET role = 'hub_coordinator', version = version + 1
    WHERE role = 'coordinator' AND id IN (SELECT account_id FROM hub_coordinators);
