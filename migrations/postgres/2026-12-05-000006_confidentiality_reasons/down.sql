-- Figures are never deleted, except with the datasets that this migration added.
ALTER TABLE statistics_cells DISABLE TRIGGER statistics_cells_frozen;
ALTER TABLE statistics_snapshots DISABLE TRIGGER statistics_snapshots_frozen;
DELETE FROM statistics_cells WHERE dataset IN ('funding', 'registrations');
DELETE FROM statistics_snapshots WHERE dataset IN ('funding', 'registrations');
ALTER TABLE statistics_snapshots ENABLE TRIGGER statistics_snapshots_frozen;
ALTER TABLE statistics_cells ENABLE TRIGGER statistics_cells_frozen;
UPDATE practitioners SET decision = 'needs_funding', pathway = 'awaiting_funding' WHERE decision = 'awaiting_decision';
UPDATE practitioners SET pathway = 'awaiting_funding' WHERE pathway = 'awaiting_decision';
UPDATE pathway_moves SET pathway = 'awaiting_funding' WHERE pathway = 'awaiting_decision';
ALTER TABLE statistics_snapshots
    DROP CONSTRAINT statistics_snapshots_dataset_check,
    ADD CONSTRAINT statistics_snapshots_dataset_check CHECK (dataset IN ('appointments', 'assessment_waits', 'treatment_waits',
        'courses', 'feedback'));
ALTER TABLE pathway_moves
    DROP CONSTRAINT pathway_moves_pathway_check,
    ADD CONSTRAINT pathway_moves_pathway_check CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done',
        'assessment_booked', 'in_care', 'discharged', 'signposted'));
ALTER TABLE practitioners
    DROP CONSTRAINT practitioners_pathway_check,
    DROP CONSTRAINT practitioners_decision_check,
    ADD CONSTRAINT practitioners_pathway_check CHECK (pathway IN ('registered', 'awaiting_funding', 'intake_done',
        'assessment_booked', 'in_care', 'discharged', 'signposted')),
    ADD CONSTRAINT practitioners_decision_check CHECK (decision IN ('eligible', 'needs_funding', 'signposted'));
DROP INDEX practitioners_created;
DROP INDEX funding_events_time;
DROP TABLE confidentiality_reasons;
