ALTER TABLE reference_changes DROP COLUMN needs_second_person;
DROP TABLE contact_hours_changes;
