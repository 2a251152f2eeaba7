DROP TABLE pathway_moves;
DROP INDEX assessments_one_open;
DELETE FROM risk_alerts WHERE assessment_id IN (SELECT id FROM assessments WHERE purpose <> 'intake');
DELETE FROM assessment_answers WHERE assessment_id IN (SELECT id FROM assessments WHERE purpose <> 'intake');
DELETE FROM assessments WHERE purpose <> 'intake';
CREATE UNIQUE INDEX assessments_one_open ON assessments (practitioner_id) WHERE state <> 'concluded';
DROP INDEX assessments_asked_by;
ALTER TABLE assessments DROP COLUMN asked_by;
ALTER TABLE assessments DROP COLUMN purpose;
