-- Which keys this database was made with: a keyed tag of each key that was ever used, from which no key can be found. Compared at
-- every start, so that other keys are refused before anything is read or written with them.

CREATE TABLE key_checks (
    kind TEXT NOT NULL CHECK (kind IN ('index', 'sealing', 'signing')),
    -- the key's number or name, as the key ring has it
    key_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    first_used_at timestamptz NOT NULL,
    PRIMARY KEY (kind, key_id)
);
