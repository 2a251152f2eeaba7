DROP INDEX account_marks_kind;
ALTER TABLE contacts DROP COLUMN addresses_set_by;
