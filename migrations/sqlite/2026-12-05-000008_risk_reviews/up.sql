-- When staff are notified that the review of a risk is due: one row for each practitioner whose newest risk assessment has a date for it.
-- The assessments are sealed and never changed, so the times of the notifications are here.
CREATE TABLE risk_reviews (
    practitioner_id TEXT PRIMARY KEY NOT NULL REFERENCES practitioners (id),
    assessment_id TEXT NOT NULL REFERENCES risk_assessments (id),
    -- when staff are notified next; none when they were notified twice
    next_step_at TEXT,
    -- when they were notified last
    notified_at TEXT,
    -- since when coordinators are asked, because no clinician can make the review
    coordinators_since TEXT
);
CREATE UNIQUE INDEX risk_reviews_assessment ON risk_reviews (assessment_id);
-- Most rows wait for a day to come, or for no further notification.
CREATE INDEX risk_reviews_next_step ON risk_reviews (next_step_at, practitioner_id) WHERE next_step_at IS NOT NULL;
-- For who coordinators may know of.
CREATE INDEX risk_reviews_coordinators ON risk_reviews (coordinators_since, practitioner_id) WHERE coordinators_since IS NOT NULL;
