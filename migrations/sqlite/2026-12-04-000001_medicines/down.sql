DROP TABLE prescribing_details;
