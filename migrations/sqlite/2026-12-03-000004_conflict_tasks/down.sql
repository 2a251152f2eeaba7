ALTER TABLE group_enrolments DROP COLUMN willing_since;
DROP TABLE conflict_tasks;
