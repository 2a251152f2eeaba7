-- No two rules have one place on one day, whoever adds them at once. A rule that ended before it began has no day.
ALTER TABLE eligibility_rules ADD CONSTRAINT eligibility_rules_no_overlap
    EXCLUDE USING gist (place WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (valid_to IS NULL OR valid_to >= valid_from);
