DELETE FROM risk_alerts WHERE assessment_id IS NULL;
ALTER TABLE risk_alerts
    DROP CONSTRAINT risk_alerts_about,
    DROP COLUMN self_check_id,
    ALTER COLUMN assessment_id SET NOT NULL;
DROP TABLE self_checks;
