SET LOCAL lock_timeout = '3s';
-- Choices that tell something about a person's health are sealed. No migration has the keys: the values wait here, and the program seals
-- them when it starts, before it answers.
CREATE TABLE unsealed_values (
    place text NOT NULL,
    row_id uuid NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (place, row_id)
);
INSERT INTO unsealed_values SELECT 'follow_ups.terms', id, json_build_object('purpose', purpose, 'questionnaire', questionnaire)::text FROM follow_ups;
INSERT INTO unsealed_values SELECT 'group_screenings.sealed_verdict', id, '"' || verdict || '"' FROM group_screenings;
INSERT INTO unsealed_values SELECT 'assessment_outcomes.sealed_outcome', id, '"' || outcome || '"' FROM assessment_outcomes;
ALTER TABLE follow_ups ADD COLUMN terms bytea NOT NULL DEFAULT '';
ALTER TABLE follow_ups DROP COLUMN purpose;
ALTER TABLE follow_ups DROP COLUMN questionnaire;
ALTER TABLE group_screenings ADD COLUMN sealed_verdict bytea NOT NULL DEFAULT '';
ALTER TABLE group_screenings DROP COLUMN verdict;
ALTER TABLE assessment_outcomes ADD COLUMN sealed_outcome bytea NOT NULL DEFAULT '';
ALTER TABLE assessment_outcomes DROP COLUMN outcome;
-- It was equal to that of a member of staff with the same registration. Nothing was looked up by it: the identity history has it.
UPDATE practitioners SET registration_index = NULL;
