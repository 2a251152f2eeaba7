-- What a clinician has not signed yet, and which groups there are.
CREATE INDEX prescriptions_unfinished ON prescriptions (clinician_id, state);
CREATE INDEX clinical_notes_unfinished ON clinical_notes (author_id, state);
CREATE INDEX therapy_groups_state ON therapy_groups (state, id);
