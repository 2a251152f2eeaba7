ALTER TABLE funding_uses DROP CONSTRAINT funding_uses_appointment_id_fkey;
ALTER TABLE care_episode_events DROP CONSTRAINT care_episode_events_clinician_id_fkey;
ALTER TABLE care_episodes DROP CONSTRAINT care_episodes_lead_clinician_id_fkey;

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
