DROP TABLE commissioned_areas;
DROP TABLE funding_uses;
DROP TABLE funding_events;
DROP TABLE funding_requests;
