DROP TABLE return_to_work_plans;
DROP TABLE fit_note_duplicates;
DROP TABLE fit_notes;
