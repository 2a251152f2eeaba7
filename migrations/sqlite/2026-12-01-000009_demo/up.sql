-- The table of the demo, which belongs to the root package.

-- Demos made in this database: one without its end was interrupted and must not be served as if it were whole.
CREATE TABLE demo_loads (
    id TEXT PRIMARY KEY NOT NULL,
    began_at TEXT NOT NULL,
    finished_at TEXT
);
