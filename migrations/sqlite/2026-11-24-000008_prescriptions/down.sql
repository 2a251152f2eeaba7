DROP TABLE prescription_issues;
DROP TABLE prescriptions;
DROP TABLE prescribing_rights;
DROP TABLE prescribing_registers;
