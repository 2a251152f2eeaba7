//! The tables of this crate with rows about practitioners.

use people::retention::RecordTable;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::refusal::Reason;

use crate::risk;

/// What goes when a record is destroyed, in order: what refers to something else before that.
pub const RECORDS: &[RecordTable] = &[
    // Feedback.
    RecordTable::of_practitioner("feedback_invitations", "practitioner_id").subject_of_messages(),
    RecordTable::of_practitioner("feedback", "practitioner_id").entered(&["given_at"]),
    RecordTable::of_practitioner("entered_scores", "practitioner_id").entered(&["entered_at"]),
    // Groups. Head counts of sessions stay.
    RecordTable::of_practitioner("group_notes", "practitioner_id").entered(&["updated_at"]),
    RecordTable::of_rows("group_attendances", "enrolment_id", "group_enrolments").entered(&["recorded_at"]),
    RecordTable::of_practitioner("group_agreements", "one_id"),
    RecordTable::of_practitioner("group_agreements", "other_id"),
    RecordTable::of_practitioner("group_screenings", "practitioner_id").entered(&["recorded_at"]),
    RecordTable::of_practitioner("group_rescreenings", "practitioner_id"),
    RecordTable::of_practitioner("group_enrolments", "practitioner_id").entered(&["updated_at"]),
    // Conflicts and follow-ups.
    RecordTable::of_practitioner("conflict_tasks", "practitioner_id").subject_of_messages(),
    RecordTable::of_rows("follow_up_contacts", "follow_up_id", "follow_ups").entered(&["at"]),
    RecordTable::of_practitioner("follow_ups", "practitioner_id").entered(&["updated_at"]),
    // Documents.
    RecordTable::of_practitioner("return_to_work_plans", "practitioner_id").entered(&["proposed_at", "agreed_at"]),
    RecordTable::of_rows("fit_note_duplicates", "fit_note_id", "fit_notes").entered(&["issued_at"]),
    RecordTable::of_practitioner("fit_notes", "practitioner_id").entered(&["issued_at", "withdrawn_at"]),
    RecordTable::of_rows("letter_events", "letter_id", "letters").entered(&["at"]),
    RecordTable::of_practitioner("letters", "practitioner_id").entered(&["updated_at"]),
    RecordTable::of_rows("prescription_issues", "prescription_id", "prescriptions").entered(&["issued_at"]),
    RecordTable::of_practitioner("prescriptions", "practitioner_id").entered(&["updated_at"]),
    // The clinical record.
    RecordTable::of_practitioner("safety_plan_versions", "practitioner_id").entered(&["written_at"]),
    RecordTable::of_practitioner("prescribing_details", "practitioner_id").entered(&["recorded_at"]),
    RecordTable::of_practitioner("care_plan_versions", "practitioner_id").entered(&["written_at"]),
    RecordTable::of_practitioner("care_plans", "practitioner_id"),
    RecordTable::of_practitioner("allergy_statements", "practitioner_id").entered(&["recorded_at"]),
    RecordTable::of_rows("problem_versions", "problem_id", "problems").deleted_with_owner(),
    RecordTable::of_practitioner("problems", "practitioner_id").entered(&["changed_at"]),
    RecordTable::of_rows("note_addenda", "note_id", "clinical_notes").entered(&["created_at"]).deleted_with_owner(),
    RecordTable::of_practitioner("clinical_notes", "practitioner_id").entered(&["updated_at"]),
    // Risk alerts and assessments.
    RecordTable::of_practitioner("risk_reviews", "practitioner_id"),
    RecordTable::of_practitioner("risk_assessments", "practitioner_id").entered(&["recorded_at"]).subject_of_messages(),
    RecordTable::of_rows("risk_contact_attempts", "alert_id", "risk_alerts").entered(&["at"]),
    RecordTable::of_rows("risk_alert_events", "alert_id", "risk_alerts").entered(&["at"]),
    RecordTable::of_practitioner("risk_alerts", "practitioner_id").entered(&["raised_at", "closed_at"]),
    RecordTable::of_rows("assessment_outcomes", "assessment_id", "assessments").entered(&["recorded_at"]),
    RecordTable::of_rows("assessment_answers", "assessment_id", "assessments").entered(&["answered_at"]),
    RecordTable::of_practitioner("assessments", "practitioner_id").entered(&["started_at", "submitted_at"]),
];

/// That a risk alert is open, so that the record of its practitioner is not destroyed.
///
/// # Errors
/// When the database fails.
pub fn in_use_by_open_alert(tx: &mut Tx, practitioner: Id) -> Result<Option<Reason>> {
    Ok(risk::queries::has_open_alert(tx, practitioner)?.then_some(Reason::RiskAlertOpen))
}
