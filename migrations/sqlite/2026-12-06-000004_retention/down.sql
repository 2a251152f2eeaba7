DROP TRIGGER fit_notes_no_delete;
CREATE TRIGGER fit_notes_no_delete BEFORE DELETE ON fit_notes
BEGIN SELECT RAISE(ABORT, 'fit_notes_as_issued'); END;
DROP TRIGGER letters_no_delete;
CREATE TRIGGER letters_no_delete BEFORE DELETE ON letters
BEGIN SELECT RAISE(ABORT, 'letters_stay'); END;
DROP TRIGGER group_notes_signed_delete;
CREATE TRIGGER group_notes_signed_delete BEFORE DELETE ON group_notes WHEN OLD.signed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'group_notes_signed'); END;
DROP TABLE destruction_certificates;
DROP TABLE retention_holds;
DROP TABLE retention_reviews;
DROP INDEX practitioners_retention_check;
ALTER TABLE practitioners DROP COLUMN retention_check_on;
