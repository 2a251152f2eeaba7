ALTER TABLE address_requests DROP CONSTRAINT address_requests_registration_id_fkey;

DROP TABLE commissioned_areas;
DROP TABLE funding_uses;
DROP TABLE funding_events;
DROP TABLE funding_requests;
DROP TABLE intake_switch_changes;
DROP TABLE intake_switches;
DROP TABLE eligibility_rules;
DROP TABLE pending_registrations;
DROP TABLE contact_hours;
DROP TABLE invitations;
DROP TABLE contact_tasks;
DROP TABLE contact_triages;
DROP TABLE contacts;
DROP TABLE self_checks;
