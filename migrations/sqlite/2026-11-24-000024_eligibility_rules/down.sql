DROP TABLE eligibility_rules;
