-- Figures are never deleted, except with the datasets that this migration added.
DROP TRIGGER statistics_cells_frozen_delete;
DROP TRIGGER statistics_snapshots_frozen_delete;
DELETE FROM statistics_cells WHERE dataset IN ('funding', 'registrations');
DELETE FROM statistics_snapshots WHERE dataset IN ('funding', 'registrations');
CREATE TRIGGER statistics_snapshots_frozen_delete BEFORE DELETE ON statistics_snapshots
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
CREATE TRIGGER statistics_cells_frozen_delete BEFORE DELETE ON statistics_cells
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
UPDATE practitioners SET decision = 'needs_funding', pathway = 'awaiting_funding' WHERE decision = 'awaiting_decision';
UPDATE practitioners SET pathway = 'awaiting_funding' WHERE pathway = 'awaiting_decision';
UPDATE pathway_moves SET pathway = 'awaiting_funding' WHERE pathway = 'awaiting_decision';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''awaiting_funding'', ''awaiting_decision''', '''awaiting_funding''')
    WHERE type = 'table' AND name IN ('practitioners', 'pathway_moves');
UPDATE sqlite_schema SET sql = replace(sql, '''needs_funding'', ''awaiting_decision''', '''needs_funding''')
    WHERE type = 'table' AND name = 'practitioners';
UPDATE sqlite_schema
SET sql = replace(sql, '''feedback'', ''funding'', ''registrations''', '''feedback''')
    WHERE type = 'table' AND name = 'statistics_snapshots';
PRAGMA writable_schema = RESET;
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
DROP INDEX practitioners_created;
DROP INDEX funding_events_time;
DROP TABLE confidentiality_reasons;
