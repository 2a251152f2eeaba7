-- Only the program can open what was sealed, so the choices are lost: every row gets the one that says least.
ALTER TABLE assessment_outcomes DROP COLUMN sealed_outcome;
ALTER TABLE assessment_outcomes ADD COLUMN outcome TEXT NOT NULL DEFAULT 'more_assessment'
    CHECK (outcome IN ('accepted', 'more_assessment', 'signposted', 'discharged'));
ALTER TABLE group_screenings DROP COLUMN sealed_verdict;
ALTER TABLE group_screenings ADD COLUMN verdict TEXT NOT NULL DEFAULT 'not_now'
    CHECK (verdict IN ('suitable', 'not_suitable', 'not_now'));
ALTER TABLE follow_ups DROP COLUMN terms;
ALTER TABLE follow_ups ADD COLUMN questionnaire TEXT;
ALTER TABLE follow_ups ADD COLUMN purpose TEXT NOT NULL DEFAULT 'other'
    CHECK (purpose IN ('review', 'medication_review', 'therapy_session', 'risk_review', 'fit_note_review', 'return_to_work_review',
        'results_review', 'discharge_review', 'other'));
DROP TABLE unsealed_values;
