//! Plans, and how care ends and begins again.

use chrono::NaiveDate;

use crate::assessment::model::AssessmentState;
use crate::records::model::EndedItemKind;
use people::practitioners::model::Pathway;
use people::relationships::model::DischargeReason;
use platform::refusal::{Reason, Refusal};

/// A plan is looked at again today or later.
///
/// # Errors
/// [`Reason::InvalidBody`] at `/review_on`.
pub fn check_review(review_on: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if review_on >= today {
        return Ok(());
    }
    let detail = "A plan cannot be looked at again in the past.";
    Err(Refusal::new(Reason::InvalidBody, detail).field("/review_on", "out_of_range", detail))
}

/// What ending care depends on.
#[derive(Debug, Clone, Copy)]
pub struct DischargeFacts {
    /// Whether the practitioner is in care.
    pub in_care: bool,
    /// Whether anybody leads.
    pub led: bool,
    /// Whether the caller does.
    pub leads: bool,
    /// Whether the caller treats at present.
    pub treats: bool,
    /// Whether there are appointments ahead.
    pub appointments_ahead: bool,
    /// Why care is to end.
    pub reason: DischargeReason,
}

/// Whether the caller may end somebody's care: the lead does it, or whoever treats where nobody leads (case management
/// by the lead clinician, `docs/clinical-rules.md#care`), and not while there are appointments ahead: those are cancelled first. Only
/// death cancels them itself.
///
/// # Errors
/// [`Reason::NotInCare`], [`Reason::NotTheLead`], [`Reason::CareEnded`] or [`Reason::UpcomingAppointments`].
pub fn may_discharge(facts: &DischargeFacts) -> Result<(), Refusal> {
    match facts {
        DischargeFacts { in_care: false, .. } => Err(Reason::NotInCare.into()),
        DischargeFacts { led: true, leads: false, .. } => Err(Reason::NotTheLead.into()),
        DischargeFacts { led: false, treats: false, .. } => Err(Reason::CareEnded.into()),
        DischargeFacts { appointments_ahead: true, reason, .. } if !ends(*reason, EndedItemKind::Appointments) => {
            Err(Reason::UpcomingAppointments.into())
        }
        _ => Ok(()),
    }
}

/// Whether a thing of this kind ends when care ends for this reason. Whatever the reason, the person's part in the care ends: what
/// they hold, their places in groups and their follow-ups. What they have with the service besides care ends when they have
/// died, and only then: a prescription in force, an open alert or an approval outlives the end of care.
///
/// What nobody has to end stays as it is, death or not. A note that is not signed is its author's to sign as long as they may read
/// the record: it says what was done. Answers that were given stay with their questionnaire. A fit note has no draft, and a plan for
/// a return to work that was only proposed can be agreed by the practitioner alone.
pub const fn ends(reason: DischargeReason, part: EndedItemKind) -> bool {
    match part {
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

/// Where somebody stands who may enter care again. They answer the intake questionnaires anew, unless an assessment that
/// they had submitted waits for its appointment.
///
/// Somebody who was recorded as dead by mistake is readmitted by an administrator, and by nobody else.
///
/// # Errors
/// [`Reason::NotDischarged`] or [`Reason::RecordedAsDead`].
pub fn readmit(
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
