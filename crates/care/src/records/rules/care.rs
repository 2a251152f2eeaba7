//! Rules of care plans, discharge and readmission.

use chrono::NaiveDate;

use crate::assessment::model::AssessmentState;
use crate::records::model::EndedItemKind;
use people::practitioners::model::Pathway;
use people::relationships::model::DischargeReason;
use people::retention;
use people::retention::model::RetentionRule;
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

/// The day until which the record of a practitioner is kept at least: twenty years after care ended, or ten years after death. Later entries
/// move the day. After it two privacy officers decide, as the Code asks for a review before a record is destroyed. Who was recorded as dead
/// in error and is readmitted is not dead.
///
/// Source: NHS Records Management Code of Practice 2021, retention schedule, mental health records
/// (`docs/clinical-rules.md#end-of-a-record`).
pub fn kept_until(ended_on: NaiveDate, is_dead: bool) -> NaiveDate {
    let rule = if is_dead { RetentionRule::AfterDeath } else { RetentionRule::AfterLastEntry };
    retention::rules::kept_until(ended_on, rule)
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
    /// Whether a risk alert about the practitioner is open.
    pub has_open_alert: bool,
    /// Whether there are upcoming appointments.
    pub has_upcoming_appointments: bool,
    pub reason: DischargeReason,
}

/// Whether the caller may discharge a practitioner: only the lead clinician or, if there is none, a clinician who treats the
/// practitioner (case management by the lead clinician, `docs/clinical-rules.md#care`). Then as for every end of care.
///
/// # Errors
/// [`Reason::NotInCare`], [`Reason::NotTheLead`], [`Reason::CareEnded`]; then those of [`may_end_care`].
pub fn may_discharge(facts: &DischargeFacts) -> Result<(), Refusal> {
    match facts {
        DischargeFacts { in_care: false, .. } => Err(Reason::NotInCare.into()),
        DischargeFacts { has_lead: true, caller_leads: false, .. } => Err(Reason::NotTheLead.into()),
        DischargeFacts { has_lead: false, caller_treats: false, .. } => Err(Reason::CareEnded.into()),
        _ => may_end_care(facts.reason, facts.has_open_alert, facts.has_upcoming_appointments),
    }
}

/// Whether care may end for this reason, by a discharge or by the outcome of an assessment: an open risk alert is closed first, by a
/// clinician who has assessed the risk, and upcoming appointments are cancelled first. Only death ends both itself.
///
/// # Errors
/// [`Reason::RiskAlertOpen`] or [`Reason::UpcomingAppointments`].
pub fn may_end_care(reason: DischargeReason, has_open_alert: bool, has_upcoming_appointments: bool) -> Result<(), Refusal> {
    if has_open_alert && !ends_with_care(reason, EndedItemKind::RiskAlerts) {
        return Err(Reason::RiskAlertOpen.into());
    }
    if has_upcoming_appointments && !ends_with_care(reason, EndedItemKind::Appointments) {
        return Err(Reason::UpcomingAppointments.into());
    }
    Ok(())
}

/// Whether items of this kind end when care ends for this reason. Held slots, places in groups and follow-ups end for every
/// reason. Everything else ends only when the practitioner has died: a funding approval remains after any other discharge, an open
/// alert prevents it, and what happens to prescriptions in force is asked (`settle`).
///
/// Some items never end. The author of an unsigned note can sign it for as long as they can read the record, because it records
/// what was done. Submitted answers stay. Fit notes have no drafts, and a proposed return-to-work plan can only be agreed by
/// the practitioner. A letter that has not been sent ends with death alone: a discharge summary is written after care.
pub const fn ends_with_care(reason: DischargeReason, kind: EndedItemKind) -> bool {
    match kind {
        EndedItemKind::Holds | EndedItemKind::GroupPlaces | EndedItemKind::FollowUps => true,
        EndedItemKind::Appointments
        | EndedItemKind::Prescriptions
        | EndedItemKind::Letters
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
