DROP TABLE safety_plan_versions;
