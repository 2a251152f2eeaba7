DROP TABLE contact_hours;
