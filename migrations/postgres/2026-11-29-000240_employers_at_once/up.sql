-- Whoever runs several hubs may work for several employers at once; of every other kind somebody holds one mark.
DROP INDEX account_marks_held;
CREATE UNIQUE INDEX account_marks_held ON account_marks (account_id, kind) WHERE held_until IS NULL AND kind <> 'employer';
CREATE UNIQUE INDEX account_marks_employer_held ON account_marks (account_id, value_index)
    WHERE held_until IS NULL AND kind = 'employer';

-- Who changed or took away a mark; none for those that ended before this was kept, and where the service did it itself.
ALTER TABLE account_marks ADD COLUMN ended_by uuid REFERENCES accounts (id);
CREATE INDEX account_marks_ended_by ON account_marks (ended_by);
