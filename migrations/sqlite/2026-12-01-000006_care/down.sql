DROP TABLE feedback_invitations;
DROP TABLE feedback;
DROP TABLE feedback_releases;

DROP TABLE group_notes;
DROP TABLE group_attendances;
DROP TABLE group_agreements;
DROP TABLE group_enrolments;
DROP TABLE group_holds;
DROP TABLE group_screenings;
DROP TABLE group_sessions;
DROP TABLE group_facilitators;
DROP TABLE therapy_groups;

DROP TABLE follow_up_contacts;
DROP TABLE follow_ups;

DROP TABLE return_to_work_plans;
DROP TABLE fit_note_duplicates;
DROP TABLE fit_notes;

DROP TABLE prescription_issues;
DROP TABLE prescriptions;
DROP TABLE prescribing_rights;
DROP TABLE prescribing_registers;

DROP TABLE care_plan_versions;
DROP TABLE care_plans;
DROP TABLE allergy_statements;
DROP TABLE problem_versions;
DROP TABLE problems;
DROP TABLE note_addenda;
DROP TABLE clinical_notes;

DROP TABLE entered_scores;
DROP TABLE risk_alerts;
DROP TABLE assessment_outcomes;
DROP TABLE assessment_answers;
DROP TABLE assessments;
