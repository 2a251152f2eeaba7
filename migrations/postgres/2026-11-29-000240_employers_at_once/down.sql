DROP INDEX account_marks_ended_by;
ALTER TABLE account_marks DROP COLUMN ended_by;

DROP INDEX account_marks_employer_held;
DROP INDEX account_marks_held;
-- Of several employers the one that was entered last stays.
UPDATE account_marks SET held_until = held_from WHERE kind = 'employer' AND held_until IS NULL AND EXISTS (
    SELECT 1 FROM account_marks newer WHERE newer.account_id = account_marks.account_id AND newer.kind = 'employer'
        AND newer.held_until IS NULL AND newer.id > account_marks.id
);
CREATE UNIQUE INDEX account_marks_held ON account_marks (account_id, kind) WHERE held_until IS NULL;
