DROP TABLE appointment_events;
DROP TABLE appointments;
DROP TABLE slots;
DROP TABLE absences;
DROP TABLE clinics;
DROP TABLE clinician_languages;
DROP TABLE clinician_specialisms;
DROP TABLE clinicians;
