-- A reason for confidentiality in the practitioner's own words, which a member of staff accepts or declines. What the practitioner and
-- the member of staff wrote is sealed.
CREATE TABLE confidentiality_reasons (
    id TEXT PRIMARY KEY NOT NULL,
    practitioner_id TEXT NOT NULL REFERENCES practitioners (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'declined', 'withdrawn')),
    sealed_words BLOB NOT NULL,
    -- the day by which staff decide
    decide_by DATE NOT NULL,
    -- when it was accepted, declined or withdrawn
    ended_at TEXT,
    decided_by TEXT REFERENCES accounts (id),
    sealed_decision BLOB,
    -- when staff were reminded of a decision that is late
    reminded_at TEXT,
    -- since when no coordinator may know of the practitioner, so that privacy officers decide
    escalated_at TEXT,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
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

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''awaiting_funding''', '''awaiting_funding'', ''awaiting_decision''')
    WHERE type = 'table' AND name IN ('practitioners', 'pathway_moves');
UPDATE sqlite_schema SET sql = replace(sql, '''needs_funding''', '''needs_funding'', ''awaiting_decision''')
    WHERE type = 'table' AND name = 'practitioners';
UPDATE sqlite_schema
SET sql = replace(sql, '''feedback''', '''feedback'', ''funding'', ''registrations''')
    WHERE type = 'table' AND name = 'statistics_snapshots';
PRAGMA writable_schema = RESET;
-- Making and dropping a table moves the schema's version, so that every open connection reads it again.
CREATE TABLE schema_is_read_again (id INTEGER);
DROP TABLE schema_is_read_again;
