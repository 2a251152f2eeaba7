-- No two rules have one place on one day, whoever adds them at once. A rule that ended before it began has no day.
CREATE TRIGGER eligibility_rules_no_overlap_insert BEFORE INSERT ON eligibility_rules
BEGIN
    SELECT RAISE(ABORT, 'eligibility_rules_no_overlap') WHERE EXISTS (
        SELECT 1 FROM eligibility_rules WHERE place = NEW.place AND id <> NEW.id
            AND (NEW.valid_to IS NULL OR NEW.valid_to >= NEW.valid_from) AND (valid_to IS NULL OR valid_to >= valid_from)
            AND (valid_to IS NULL OR valid_to >= NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to >= valid_from)
            -- one of its name is refused by name
            AND code <> NEW.code
    );
END;
CREATE TRIGGER eligibility_rules_no_overlap_update BEFORE UPDATE OF place, valid_from, valid_to ON eligibility_rules
BEGIN
    SELECT RAISE(ABORT, 'eligibility_rules_no_overlap') WHERE EXISTS (
        SELECT 1 FROM eligibility_rules WHERE place = NEW.place AND id <> NEW.id
            AND (NEW.valid_to IS NULL OR NEW.valid_to >= NEW.valid_from) AND (valid_to IS NULL OR valid_to >= valid_from)
            AND (valid_to IS NULL OR valid_to >= NEW.valid_from) AND (NEW.valid_to IS NULL OR NEW.valid_to >= valid_from)
    );
END;
