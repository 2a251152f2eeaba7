DROP INDEX clinics_weekday;
DROP TABLE slot_updates;
DROP TABLE reference_versions;
DROP TABLE reference_changes;
