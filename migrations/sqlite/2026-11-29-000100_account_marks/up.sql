-- By what a person is known: kept for ever, so that no change of a mark undoes what rests on it.

CREATE TABLE account_marks (
    id TEXT PRIMARY KEY NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- of staff: the name of the account, and of the directory entry its name, register with number, employer and discipline;
    -- of practitioners: the legal name, and register with number
    kind TEXT NOT NULL CHECK (kind IN ('account_name', 'entry_name', 'registration', 'employer', 'discipline', 'legal_name',
        'own_registration')),
    value BLOB NOT NULL,
    -- a keyed index of the value; of a name, of its first and last word
    value_index TEXT NOT NULL,
    -- the form in which a name was compared when the index was made
    form INTEGER NOT NULL,
    held_from TEXT NOT NULL,
    held_until TEXT,
    -- set once an employer that somebody has left no longer counts
    lapsed BOOLEAN NOT NULL,
    -- none where the service took the mark over itself
    set_by TEXT REFERENCES accounts (id),
    CHECK (held_until IS NULL OR held_until >= held_from),
    CHECK (NOT lapsed OR held_until IS NOT NULL)
);
CREATE UNIQUE INDEX account_marks_held ON account_marks (account_id, kind) WHERE held_until IS NULL;
CREATE INDEX account_marks_account ON account_marks (account_id, kind);
CREATE INDEX account_marks_value ON account_marks (value_index, kind);
CREATE INDEX account_marks_set_by ON account_marks (set_by);
CREATE INDEX account_marks_ended ON account_marks (held_until) WHERE NOT lapsed AND kind = 'employer' AND held_until IS NOT NULL;
CREATE INDEX account_marks_form ON account_marks (form);

-- Every pair of words of a name, as keyed indexes: a middle name more or less makes nobody somebody else.
CREATE TABLE account_mark_keys (
    mark_id TEXT NOT NULL REFERENCES account_marks (id),
    value_index TEXT NOT NULL,
    PRIMARY KEY (mark_id, value_index)
);
CREATE INDEX account_mark_keys_value ON account_mark_keys (value_index, mark_id);

ALTER TABLE blocked_colleagues ADD COLUMN name_form INTEGER NOT NULL DEFAULT 0;
CREATE INDEX blocked_colleagues_registration ON blocked_colleagues (registration_index);
CREATE INDEX blocked_colleagues_name ON blocked_colleagues (name_index);
CREATE INDEX blocked_colleagues_form ON blocked_colleagues (name_form);

-- The same of the name of a blocked colleague.
CREATE TABLE blocked_colleague_keys (
    blocked_id TEXT NOT NULL REFERENCES blocked_colleagues (id),
    value_index TEXT NOT NULL,
    PRIMARY KEY (blocked_id, value_index)
);
CREATE INDEX blocked_colleague_keys_value ON blocked_colleague_keys (value_index, blocked_id);

CREATE INDEX practitioners_employer ON practitioners (employer_index);

-- The name in the directory is looked up by its mark now.
DROP INDEX clinicians_name;
ALTER TABLE clinicians DROP COLUMN name_index;
