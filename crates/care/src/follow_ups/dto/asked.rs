//! Forms about follow-ups: what is asked.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::follow_ups::model::{
    FollowUpCancelReason, FollowUpContactOutcome, FollowUpPurpose, FollowUpState, Interval, IntervalUnit,
};
use platform::ids::Id;
use platform::private::Private;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// What is agreed at the end of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFollowUp {
    /// The caller's appointment at the end of which it is agreed.
    pub appointment_id: Id,
    /// In what the interval is counted.
    pub interval_unit: IntervalUnit,
    /// After how many days or weeks at the earliest, counted from the day of the appointment in Europe/London.
    #[schema(minimum = 0, maximum = 366)]
    pub interval_from: u16,
    /// After how many at the latest; a few days later when left out.
    #[schema(minimum = 0, maximum = 366)]
    pub interval_to: Option<u16>,
    /// What it is for.
    pub purpose: FollowUpPurpose,
    /// What kind of appointment it is to be; treatment when left out.
    pub kind: Option<AppointmentKind>,
    /// How to meet; left out when that does not matter.
    pub mode: Option<AppointmentMode>,
    /// Who is to see them; the caller when left out.
    pub clinician_id: Option<Id>,
    /// The code of a questionnaire to answer again, such as `phq-9`.
    #[schema(min_length = 1, max_length = 50)]
    pub questionnaire: Option<String>,
    /// What is agreed in words. Coordinators never see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner sees the note; false when left out.
    pub note_shared: Option<bool>,
}

impl CreateFollowUp {
    /// The interval that the form names.
    pub fn interval(&self) -> Interval {
        Interval { unit: self.interval_unit, from: self.interval_from, to: self.interval_to }
    }
}

/// What is agreed instead. What is left out is no longer agreed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFollowUp {
    /// The first day on which it is to be, in Europe/London.
    pub due_from: NaiveDate,
    /// The last day.
    pub due_by: NaiveDate,
    /// What it is for.
    pub purpose: FollowUpPurpose,
    /// What kind of appointment it is to be.
    pub kind: AppointmentKind,
    /// How to meet; left out when that does not matter.
    pub mode: Option<AppointmentMode>,
    /// Who is to see them.
    pub clinician_id: Id,
    /// The code of a questionnaire to answer again.
    #[schema(min_length = 1, max_length = 50)]
    pub questionnaire: Option<String>,
    /// What is agreed in words. Coordinators never see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner sees the note; false when left out.
    pub note_shared: Option<bool>,
}

/// Why a follow-up is called off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelFollowUp {
    /// The reason.
    pub reason: FollowUpCancelReason,
    /// In words, for staff.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

/// Which appointment a follow-up came to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkFollowUpAppointment {
    /// The appointment, booked or attended.
    pub appointment_id: Id,
}

/// What was done about a follow-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFollowUpContact {
    /// What came of ringing.
    pub outcome: FollowUpContactOutcome,
    /// In words. Clinicians and coordinators see it, so nothing clinical.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

/// Which follow-ups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowUpQuery {
    /// Only those that stand so. When left out, those that are neither closed nor done.
    #[param(nullable = false)]
    pub state: Option<FollowUpState>,
    /// True for those only that are overdue; the same as `state=overdue`.
    #[param(nullable = false)]
    pub overdue: Option<bool>,
    /// True for those only about which a person is to ring.
    #[param(nullable = false)]
    pub needs_call: Option<bool>,
    /// Only those of which the last day lies before this one.
    #[param(nullable = false)]
    pub due_before: Option<NaiveDate>,
    /// Only those of this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only those with this clinician.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
}

/// Which of one's own follow-ups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyFollowUpQuery {
    /// Only those that stand so. When left out, those that are neither closed nor done.
    #[param(nullable = false)]
    pub state: Option<FollowUpState>,
}
