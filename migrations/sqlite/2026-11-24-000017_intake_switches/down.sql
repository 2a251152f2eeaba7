DROP TABLE intake_switch_changes;
DROP TABLE intake_switches;
