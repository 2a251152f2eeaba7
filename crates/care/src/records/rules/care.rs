//! Rules of care plans, discharge and readmission.

use chrono::{Months, NaiveDate};

use crate::assessment::model::AssessmentState;
use crate::records::model::EndedItemKind;
use people::practitioners::model::Pathway;
use people::relationships::model::DischargeReason;
use platform::refusal::{Reason, Refusal};

/// Checks that the review date of a plan is today or later.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/review_on`.
pub fn check_review_date(review_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if review_on >= today {
        return Ok(());
    }
    let detail = "The review date is in the past. Choose today or a later date.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/review_on", "out_of_range", detail))
}

/// The day until which the record of a practitioner is kept at least: twenty years after care ended, or ten years after death. Nothing
/// in the program deletes a record; after this day people decide, as the Code asks for a review before a record is destroyed.
///
/// Source: NHS Records Management Code of Practice 2021, retention schedule, mental health records
/// (`docs/clinical-rules.md#clinical-record`).
pub fn kept_until(ended_on: NaiveDate, reason: DischargeReason) -> NaiveDate {
    let years = if reason == DischargeReason::Died { 10 } else { 20 };
    ended_on.checked_add_months(Months::new(12 * years)).unwrap_or(NaiveDate::MAX)
}

/// What a discharge depends on.
#[derive(Debug, Clone, Copy)]
pub struct DischargeFacts {
    /// Whether the practitioner is in care.
    pub in_care: bool,
    /// Whether there is a lead clinician.
    pub has_lead: bool,
    /// Whether the caller is the lead clinician.
    pub caller_leads: bool,
    /// Whether the caller currently treats the practitioner.
    pub caller_treats: bool,
    /// Whether there are upcoming appointments.
    pub has_upcoming_appointments: bool,
    pub reason: DischargeReason,
}

/// Whether the caller may discharge a practitioner: only the lead clinician or, if there is none, a clinician who treats the
/// practitioner (case management by the lead clinician, `docs/clinical-rules.md#care`). Upcoming appointments must be cancelled
/// first; only death cancels them itself.
///
/// # Errors
/// [`Reason::NotInCare`], [`Reason::NotTheLead`], [`Reason::CareEnded`] or [`Reason::UpcomingAppointments`].
pub fn may_discharge(facts: &DischargeFacts) -> Result<(), Refusal> {
    match facts {
        DischargeFacts { in_care: false, .. } => Err(Reason::NotInCare.into()),
        DischargeFacts { has_lead: true, caller_leads: false, .. } => Err(Reason::NotTheLead.into()),
        DischargeFacts { has_lead: false, caller_treats: false, .. } => Err(Reason::CareEnded.into()),
        DischargeFacts { has_upcoming_appointments: true, reason, .. }
            if !ends_with_care(*reason, EndedItemKind::Appointments) =>
        {
            Err(Reason::UpcomingAppointments.into())
        }
        _ => Ok(()),
    }
}

/// Whether items of this kind end when care ends for this reason. Held slots, places in groups and follow-ups end for every
/// reason. Everything else ends only when the practitioner has died: a prescription in force, an open alert or a funding
/// approval remains after any other discharge.
///
/// Some items never end. The author of an unsigned note can sign it for as long as they can read the record, because it records
/// what was done. Submitted answers stay. Fit notes have no drafts, and a proposed return-to-work plan can only be agreed by
/// the practitioner.
pub const fn ends_with_care(reason: DischargeReason, kind: EndedItemKind) -> bool {
    match kind {
        EndedItemKind::Holds | EndedItemKind::GroupPlaces | EndedItemKind::FollowUps => true,
        EndedItemKind::Appointments
        | EndedItemKind::Prescriptions
        | EndedItemKind::Questionnaires
        | EndedItemKind::RiskAlerts
        | EndedItemKind::FundingRequests
        | EndedItemKind::Referrals
        | EndedItemKind::ContactTasks
        | EndedItemKind::Messages
        | EndedItemKind::Account => matches!(reason, DischargeReason::Died),
    }
}

/// The pathway of a practitioner after readmission. They answer the intake questionnaires again, unless a submitted intake is
/// still waiting for its appointment.
///
/// Only an administrator can readmit a practitioner who was recorded as dead in error.
///
/// # Errors
/// [`Reason::NotDischarged`] or [`Reason::RecordedAsDead`].
pub fn pathway_on_readmission(
    pathway: Pathway,
    last_assessment: Option<AssessmentState>,
    last_end: Option<DischargeReason>,
    by_administrator: bool,
) -> Result<Pathway, Refusal> {
    let dead = last_end == Some(DischargeReason::Died);
    if pathway == Pathway::Discharged && dead && !by_administrator {
        return Err(Reason::RecordedAsDead.into());
    }
    if by_administrator && !dead {
        return Err(Reason::NotDischarged.into());
    }
    match (pathway, last_assessment) {
        (Pathway::Discharged, Some(AssessmentState::Submitted)) => Ok(Pathway::IntakeDone),
        (Pathway::Discharged, _) => Ok(Pathway::Registered),
        _ => Err(Reason::NotDischarged.into()),
    }
}
