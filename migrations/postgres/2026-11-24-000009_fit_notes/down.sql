DROP TABLE return_to_work_plans;
DROP TABLE fit_note_duplicates;
DROP TABLE fit_notes;
DROP FUNCTION return_to_work_plans_as_agreed();
DROP FUNCTION fit_note_duplicates_as_issued();
DROP FUNCTION fit_notes_as_issued();
