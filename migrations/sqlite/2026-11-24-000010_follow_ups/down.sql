DROP INDEX risk_alerts_open;
DROP TABLE follow_up_contacts;
DROP TABLE follow_ups;
