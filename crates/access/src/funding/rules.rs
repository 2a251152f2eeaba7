//! What may happen to a request, which party may do it, the state that follows, and what that means for the practitioner.

mod days;
mod terms;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use days::{check_in_time, check_panel, due_on, next_reminder};
pub use terms::{check_decision, check_pays, choose_approval, committed_pence, releases_session};

use super::model::{FundingApplication, FundingEvent, FundingParty, FundingState};
use people::practitioners::model::{EligibilityDecision, Pathway};
use platform::ids::UtcTime;
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// The state of a request after an event (`docs/clinical-rules.md#funding`: draft, submitted, screening, information requested,
/// panel, approved, limited or declined, then new facts or an appeal, and an end).
///
/// # Errors
/// [`Reason::FundingState`] when the state of the request, or the party, does not allow the event.
pub fn step(state: FundingState, event: FundingEvent, party: FundingParty) -> Result<FundingState, Refusal> {
    use crate::funding::model::FundingEvent as E;
    use crate::funding::model::FundingState as S;
    use FundingParty::{Commissioner, Coordinator, Practitioner, System};
    let next = match (state, event, party) {
        (S::Draft, E::Updated, Practitioner | Coordinator) => S::Draft,
        (S::Draft, E::Submitted, Practitioner | Coordinator) => S::Submitted,
        (S::Submitted, E::ScreeningStarted, Coordinator)
        | (S::InformationRequested, E::InformationProvided, Practitioner | Coordinator) => S::Screening,
        (S::Screening, E::InformationRequested, Coordinator) | (S::Panel, E::InformationRequested, Commissioner) => {
            S::InformationRequested
        }
        (S::Screening, E::SentToPanel, Coordinator) => S::Panel,
        (S::Panel | S::Reconsideration | S::Appeal, E::Approved, Commissioner) => S::Approved,
        (S::Panel | S::Reconsideration | S::Appeal, E::ApprovedLimited, Commissioner) => S::ApprovedLimited,
        // An approval may be taken back; what is booked stays booked.
        (S::Panel | S::Approved | S::ApprovedLimited, E::Declined, Commissioner) => S::Declined,
        (S::Reconsideration | S::Appeal, E::Declined, Commissioner) => S::Final,
        (S::Declined, E::ReconsiderationRequested, Practitioner | Coordinator) => S::Reconsideration,
        (S::Declined, E::Appealed, Practitioner | Coordinator) => S::Appeal,
        (open, E::Withdrawn, Practitioner | Coordinator | System) if open.is_open() => S::Withdrawn,
        (S::Approved | S::ApprovedLimited, E::Expired, System) => S::Expired,
        _ => return Err(Refusal::new(Reason::FundingState, "You cannot do this now. Reload to see what you can do.")),
    };
    Ok(next)
}

/// The state of a request on a day: an approval whose last day has passed counts as expired, whether or not the job has recorded
/// it.
pub fn state_on(state: FundingState, valid_until: Option<NaiveDate>, on: NaiveDate) -> FundingState {
    if state.is_approval() && valid_until.is_some_and(|last| last < on) { FundingState::Expired } else { state }
}

/// True when a request ended before `since`: it was declined or withdrawn, or the last day of its approval passed. Commissioners
/// no longer read it.
pub fn ended_before(state: FundingState, updated_at: UtcTime, valid_until: Option<NaiveDate>, since: UtcTime) -> bool {
    match state {
        FundingState::Declined | FundingState::Final | FundingState::Withdrawn => updated_at < since,
        FundingState::Approved | FundingState::ApprovedLimited | FundingState::Expired => {
            valid_until.is_some_and(|last| last < since.london_day())
        }
        _ => false,
    }
}

/// The pathway after an approval: the intake can begin. Practitioners who are further along stay there.
pub const fn pathway_after_approval(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::AwaitingFunding | Pathway::Signposted => Pathway::Registered,
        further => further,
    }
}

/// The pathway after a decline when no other approval is in force: signposted to other help. A decline does not end care that has
/// begun; it only prevents further bookings.
pub const fn pathway_after_decline(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::AwaitingFunding | Pathway::Registered => Pathway::Signposted,
        further => further,
    }
}

/// The pathway while the practitioner waits for an answer again, after an appeal, new facts or a new request.
pub const fn pathway_while_waiting(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::Signposted => Pathway::AwaitingFunding,
        further => further,
    }
}

/// Whether another request may be created for a practitioner: their care must depend on funding and not have ended, and no other
/// request may be under way.
///
/// # Errors
/// [`Reason::FundingNotRequired`], [`Reason::NotEligible`] or [`Reason::FundingRequestOpen`].
pub fn check_can_create(decision: EligibilityDecision, pathway: Pathway, open: bool) -> Result<(), Refusal> {
    if decision == EligibilityDecision::AwaitingDecision {
        return Err(Refusal::new(
            Reason::NotEligible,
            "Whether this care is covered has not been decided yet. Wait for that first.",
        ));
    }
    if decision != EligibilityDecision::NeedsFunding {
        return Err(Reason::FundingNotRequired.into());
    }
    if pathway == Pathway::Discharged {
        return Err(Refusal::new(Reason::NotEligible, "Care has ended. The service can start it again with a readmission."));
    }
    if open { Err(Reason::FundingRequestOpen.into()) } else { Ok(()) }
}

/// Checks that a request is complete before it is submitted. The practitioner names the board: deriving it from their practice
/// could break their anonymity (`docs/clinical-rules.md#funding`).
///
/// # Errors
/// [`Reason::FundingIncomplete`], naming each member that is missing; [`Reason::ConsentRequired`] at `/consent_to_send`.
pub fn check_submission(application: &FundingApplication, icb_code: Option<&str>, consent: bool) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::FundingIncomplete);
    if application.reason.is_none() {
        refusal = refusal.field("/reason", "required", "Choose the reason for this request.");
    }
    if icb_code.is_none() {
        refusal = refusal.field("/icb_code", "required", "Choose the integrated care board to ask.");
    }
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    if !consent {
        let detail = "Give this consent first. Without it nothing is sent to a commissioner.";
        return Err(Refusal::from(Reason::ConsentRequired).field("/consent_to_send", "consent_required", detail));
    }
    Ok(())
}

/// The events that this party can trigger in this state.
pub fn allowed_actions(state: FundingState, party: FundingParty) -> Vec<FundingEvent> {
    FundingEvent::ALL.iter().copied().filter(|event| step(state, *event, party).is_ok()).collect()
}

/// The needs for which sources of help are shown in this state: help elsewhere while no one pays, and crisis help always
/// (`docs/clinical-rules.md#funding`: signposts and crisis help while they wait).
pub const fn signpost_needs(state: FundingState) -> &'static [SignpostNeed] {
    if state.is_approval() {
        &[SignpostNeed::Crisis]
    } else {
        &[SignpostNeed::Crisis, SignpostNeed::MedicalHelp, SignpostNeed::LocalServices, SignpostNeed::WorkSupport]
    }
}
