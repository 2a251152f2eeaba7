DROP TABLE risk_alerts;
DROP TABLE assessment_outcomes;
DROP TABLE assessment_answers;
DROP TABLE assessments;
