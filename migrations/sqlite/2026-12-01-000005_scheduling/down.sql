-- Rows of earlier crates that refer to appointments and clinicians: SQLite cannot take the key from their tables.
DELETE FROM funding_uses;
DELETE FROM care_episode_events;
DELETE FROM care_episodes;

DROP TABLE appointment_events;
DROP TABLE appointments;
DROP TABLE calendar_message_preferences;
DROP TABLE calendar_changes;
DROP TABLE slots;
DROP TABLE absences;
DROP TABLE clinics;
DROP TABLE clinician_languages;
DROP TABLE clinician_specialisms;
DROP TABLE clinicians;
