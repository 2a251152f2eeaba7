-- Answers that somebody gave without saying who they are. Nothing of them is kept but the answers and the day.

CREATE TABLE self_checks (
    -- made of the day, not of the moment
    id uuid PRIMARY KEY NOT NULL,
    -- a keyed tag of the code that was handed out with the results; none once it was used
    token_tag TEXT,
    taken_on date NOT NULL,
    -- answers and what they come to, sealed
    results bytea NOT NULL,
    -- the last day of those that nobody took over: deleted after it
    expires_on date,
    -- who took them over into their record, and when
    claimed_by uuid REFERENCES practitioners (id),
    claimed_at timestamptz,
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
    CHECK ((claimed_by IS NULL) = (token_tag IS NOT NULL)),
    CHECK ((claimed_by IS NULL) = (expires_on IS NOT NULL))
);
CREATE UNIQUE INDEX self_checks_token ON self_checks (token_tag);
CREATE INDEX self_checks_expires ON self_checks (expires_on);
CREATE INDEX self_checks_claimed ON self_checks (claimed_by, id);

-- An alert is about an answer in an assessment, or in a self-check that was taken over.
ALTER TABLE risk_alerts
    ALTER COLUMN assessment_id DROP NOT NULL,
    ADD COLUMN self_check_id uuid REFERENCES self_checks (id),
    ADD CONSTRAINT risk_alerts_about CHECK ((assessment_id IS NULL) <> (self_check_id IS NULL));
CREATE INDEX risk_alerts_self_check ON risk_alerts (self_check_id);
