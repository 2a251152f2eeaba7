DROP INDEX therapy_groups_state;
DROP INDEX clinical_notes_unfinished;
DROP INDEX prescriptions_unfinished;
