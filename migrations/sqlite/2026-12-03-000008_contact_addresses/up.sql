-- The member of staff who entered the telephone number and the email address. Null where the person entered them.
ALTER TABLE contacts ADD COLUMN addresses_set_by TEXT;
UPDATE contacts SET addresses_set_by = logged_by;
-- Employers of practitioners are compared with those of a member of staff one by one.
CREATE INDEX account_marks_kind ON account_marks (kind, lapsed);
