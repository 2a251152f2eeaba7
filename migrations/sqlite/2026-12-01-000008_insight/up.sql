-- The tables of the crate insight: figures as they are published, rounded and with small groups hidden.

-- Each period is counted once. The figures name nobody, and they are never changed: two answers at two times would differ by whoever
-- was added between them.
CREATE TABLE statistics_snapshots (
    dataset TEXT NOT NULL CHECK (dataset IN ('appointments', 'assessment_waits', 'treatment_waits', 'courses', 'feedback')),
    period_start DATE NOT NULL,
    -- the first day after it
    period_end DATE NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (dataset, period_start),
    CHECK (period_end > period_start)
);

CREATE TABLE statistics_cells (
    dataset TEXT NOT NULL,
    period_start DATE NOT NULL,
    breakdown TEXT NOT NULL,
    category TEXT NOT NULL,
    position INTEGER NOT NULL,
    -- rounded to five; empty where it is hidden
    published INTEGER CHECK (published >= 0 AND published % 5 = 0),
    PRIMARY KEY (dataset, period_start, breakdown, category),
    FOREIGN KEY (dataset, period_start) REFERENCES statistics_snapshots (dataset, period_start)
);

CREATE TRIGGER statistics_snapshots_frozen_update BEFORE UPDATE ON statistics_snapshots
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
CREATE TRIGGER statistics_snapshots_frozen_delete BEFORE DELETE ON statistics_snapshots
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
CREATE TRIGGER statistics_cells_frozen_update BEFORE UPDATE ON statistics_cells
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
CREATE TRIGGER statistics_cells_frozen_delete BEFORE DELETE ON statistics_cells
BEGIN
    SELECT RAISE(ABORT, 'statistics_frozen');
END;
