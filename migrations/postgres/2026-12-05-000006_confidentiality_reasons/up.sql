SET LOCAL lock_timeout = '3s';
-- A reason for confidentiality in the practitioner's own words, which a member of staff accepts or declines. What the practitioner and
-- the member of staff wrote is sealed.
CREATE TABLE confidentiality_reasons (
    id uuid PRIMARY KEY NOT NULL,
    practitioner_id uuid NOT NULL REFERENCES practitioners (id),
    state text NOT NULL CHECK (state IN ('waiting', 'accepted', 'declined', 'withdrawn')),
    sealed_words bytea NOT NULL,
    -- the day by which staff decide
    decide_by date NOT NULL,
    -- when it was accepted, declined or withdrawn
    ended_at timestamptz,
    decided_by uuid REFERENCES accounts (id),
    sealed_decision bytea,
    -- when staff were reminded of a decision that is late
    reminded_at timestamptz,
    -- since when no coordinator may know of the practitioner, so that privacy officers decide
    escalated_at timestamptz,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CHECK ((state IN ('accepted', 'declined')) = (decided_by IS NOT NULL)),
    CHECK ((decided_by IS NULL) = (sealed_decision IS NULL))
);
CREATE UNIQUE INDEX confidentiality_reasons_one_waiting ON confidentiality_reasons (practitioner_id) WHERE ended_at IS NULL;
CREATE INDEX confidentiality_reasons_practitioner ON confidentiality_reasons (practitioner_id, id);
CREATE INDEX confidentiality_reasons_state ON confidentiality_reasons (state, id);
CREATE INDEX confidentiality_reasons_decided_by ON confidentiality_reasons (decided_by, ended_at);

-- By which the figures of a quarter are counted.
CREATE INDEX funding_events_time ON funding_events (event, at);
CREATE INDEX practitioners_created ON practitioners (created_at, id);

ALTER TABLE practitioners
    DROP CONSTRAINT practitioners_pathway_check,
    DROP CONSTRAINT practitioners_decision_check,
    ADD CONSTRAINT practitioners_pathway_check CHECK (pathway IN ('registered', 'awaiting_funding', 'awaiting_decision',
        'intake_done', 'assessment_booked', 'in_care', 'discharged', 'signposted')) NOT VALID,
    ADD CONSTRAINT practitioners_decision_check CHECK (decision IN ('eligible', 'needs_funding', 'awaiting_decision',
        'signposted')) NOT VALID;
ALTER TABLE pathway_moves
    DROP CONSTRAINT pathway_moves_pathway_check,
    ADD CONSTRAINT pathway_moves_pathway_check CHECK (pathway IN ('registered', 'awaiting_funding', 'awaiting_decision',
        'intake_done', 'assessment_booked', 'in_care', 'discharged', 'signposted')) NOT VALID;
ALTER TABLE statistics_snapshots
    DROP CONSTRAINT statistics_snapshots_dataset_check,
    ADD CONSTRAINT statistics_snapshots_dataset_check CHECK (dataset IN ('appointments', 'assessment_waits', 'treatment_waits',
        'courses', 'feedback', 'funding', 'registrations')) NOT VALID;
