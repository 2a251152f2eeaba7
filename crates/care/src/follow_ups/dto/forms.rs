//! Request bodies and queries of follow-ups.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::follow_ups::model::{
    FollowUpCancelReason, FollowUpContactAttemptOutcome, FollowUpPurpose, FollowUpState, Interval, IntervalUnit,
};
use platform::ids::Id;
use platform::private::Private;
use scheduling::calendar::model::{AppointmentKind, AppointmentMode};

/// A new follow-up, agreed at the end of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFollowUp {
    /// The caller's appointment at which it was agreed.
    pub appointment_id: Id,
    /// Unit of the interval.
    pub interval_unit: IntervalUnit,
    /// Earliest time: so many units after the date of the appointment in Europe/London.
    #[schema(minimum = 0, maximum = 366)]
    pub interval_from: u16,
    /// Latest time; a few days after the earliest when left out.
    #[schema(minimum = 0, maximum = 366)]
    pub interval_to: Option<u16>,
    /// The purpose of the follow-up.
    pub purpose: FollowUpPurpose,
    /// The kind of appointment to book; `treatment` when left out.
    pub kind: Option<AppointmentKind>,
    /// The mode of appointment to book. Leave it out if any mode will do.
    pub mode: Option<AppointmentMode>,
    /// The clinician they will see; the caller when left out.
    pub clinician_id: Option<Id>,
    /// Code of a questionnaire to answer again, for example `phq-9`.
    #[schema(min_length = 1, max_length = 50)]
    pub questionnaire: Option<String>,
    /// Note on what was agreed. Coordinators never see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner can read the note; false when left out.
    pub note_shared: Option<bool>,
}

impl CreateFollowUp {
    /// The interval of the form.
    pub fn interval(&self) -> Interval {
        Interval { unit: self.interval_unit, from: self.interval_from, to: self.interval_to }
    }
}

/// The new content of a follow-up. Members that are left out are removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFollowUp {
    /// The first day of its window, in Europe/London.
    pub due_from: NaiveDate,
    /// The last day of its window.
    pub due_until: NaiveDate,
    /// The purpose of the follow-up.
    pub purpose: FollowUpPurpose,
    /// The kind of appointment to book.
    pub kind: AppointmentKind,
    /// The mode of appointment to book. Leave it out if any mode will do.
    pub mode: Option<AppointmentMode>,
    /// The clinician they will see.
    pub clinician_id: Id,
    /// Code of a questionnaire to answer again.
    #[schema(min_length = 1, max_length = 50)]
    pub questionnaire: Option<String>,
    /// Note on what was agreed. Coordinators never see it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub note: Option<Private<String>>,
    /// Whether the practitioner can read the note; false when left out.
    pub note_shared: Option<bool>,
}

/// The cancellation of a follow-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelFollowUp {
    /// The reason for the cancellation.
    pub reason: FollowUpCancelReason,
    /// Note for staff.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

/// The appointment that fulfils a follow-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkFollowUpAppointment {
    /// A booked or attended appointment.
    pub appointment_id: Id,
}

/// A call about a follow-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordFollowUpContactAttempt {
    /// Result of the call.
    pub outcome: FollowUpContactAttemptOutcome,
    /// Note on the call. Clinicians and coordinators see it, so leave out clinical details.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 1000)]
    pub note: Option<Private<String>>,
}

/// Filters of the list of follow-ups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FollowUpQuery {
    /// Only follow-ups in this state. When left out, those that are neither closed nor done.
    #[param(nullable = false)]
    pub state: Option<FollowUpState>,
    /// True: only overdue follow-ups; the same as `state=overdue`.
    #[param(nullable = false)]
    pub overdue: Option<bool>,
    /// True: only follow-ups about which staff should call.
    #[param(nullable = false)]
    pub needs_call: Option<bool>,
    /// Only follow-ups whose last day is before this date.
    #[param(nullable = false)]
    pub due_before: Option<NaiveDate>,
    /// Only follow-ups of this practitioner.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
    /// Only follow-ups with this clinician.
    #[param(nullable = false)]
    pub clinician_id: Option<Id>,
}

/// Filters of the list of the caller's own follow-ups.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MyFollowUpQuery {
    /// Only follow-ups in this state. When left out, those that are neither closed nor done.
    #[param(nullable = false)]
    pub state: Option<FollowUpState>,
}
