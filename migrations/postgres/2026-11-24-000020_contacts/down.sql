DROP TABLE invitations;
DROP TABLE contact_tasks;
DROP TABLE contact_triages;
DROP TABLE contacts;
