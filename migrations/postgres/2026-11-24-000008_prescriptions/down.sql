DROP TABLE prescription_issues;
DROP TABLE prescriptions;
DROP TABLE prescribing_rights;
DROP TABLE prescribing_registers;
DROP FUNCTION prescriptions_signed_stay();
DROP FUNCTION prescription_issues_allowed();
