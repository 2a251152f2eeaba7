-- The tables of the crate insight: figures as they are published, rounded and with small groups hidden.

-- Each period is counted once. The figures name nobody, and they are never changed: two answers at two times would differ by whoever
-- was added between them.
CREATE TABLE statistics_snapshots (
    dataset text NOT NULL CHECK (dataset IN ('appointments', 'assessment_waits', 'treatment_waits', 'courses', 'feedback')),
    period_start date NOT NULL,
    -- the first day after it
    period_end date NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (dataset, period_start),
    CHECK (period_end > period_start)
);

CREATE TABLE statistics_cells (
    dataset text NOT NULL,
    period_start date NOT NULL,
    breakdown text NOT NULL,
    category text NOT NULL,
    position integer NOT NULL,
    -- rounded to five; empty where it is hidden
    published integer CHECK (published >= 0 AND published % 5 = 0),
    PRIMARY KEY (dataset, period_start, breakdown, category),
    FOREIGN KEY (dataset, period_start) REFERENCES statistics_snapshots (dataset, period_start)
);

CREATE FUNCTION statistics_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'statistics_frozen';
END;
$$;
CREATE TRIGGER statistics_snapshots_frozen BEFORE UPDATE OR DELETE ON statistics_snapshots
    FOR EACH ROW EXECUTE FUNCTION statistics_frozen();
CREATE TRIGGER statistics_cells_frozen BEFORE UPDATE OR DELETE ON statistics_cells
    FOR EACH ROW EXECUTE FUNCTION statistics_frozen();
