-- The version before has no such datasets.
DELETE FROM reference_changes WHERE dataset IN ('prescribing_limits', 'prescribers', 'triage_times', 'alert_times',
    'follow_up_policy', 'outreach_limits', 'waiting_times');
ALTER TABLE reference_changes
    DROP CONSTRAINT reference_changes_alone,
    DROP CONSTRAINT reference_changes_second_person,
    ADD CONSTRAINT reference_changes_check1 CHECK (state <> 'confirmed' OR dataset NOT IN ('medicines', 'medicine_limits',
        'controlled_substances') OR confirmed_by IS NOT NULL),
    DROP COLUMN confirmed_alone,
    DROP CONSTRAINT reference_changes_dataset_check,
    ADD CONSTRAINT reference_changes_dataset_check CHECK (dataset IN ('bank_holidays', 'boards', 'medicines', 'medicine_limits',
        'controlled_substances', 'funding_prices', 'funding_limits'));
