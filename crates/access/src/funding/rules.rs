//! What may happen to a request, by whom, and where it then stands; and what that means for the person it is about.

mod days;
mod terms;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use days::{add_working_days, check_in_time, check_panel, due_on, reminder};
pub use terms::{best, charge, check_decision, gives_back};

use super::model::{FundingEvent, FundingParty, FundingState, Told};
use people::practitioners::model::{EligibilityDecision, Pathway};
use platform::refusal::{Reason, Refusal};
use reference::signposts::model::SignpostNeed;

/// Where a request stands after something happens to it (`docs/clinical-rules.md#funding`: draft, submitted, screening,
/// information asked for, panel, approved, limited or declined, then new facts or an appeal, and an end).
///
/// # Errors
/// [`Reason::FundingState`] when it does not stand where this can be done, or not by this party.
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
        _ => return Err(Refusal::new(Reason::FundingState, "The request does not stand where you can do this.")),
    };
    Ok(next)
}

/// Where a request really stands on a day: an approval whose last day has passed is expired, whether or not anybody has
/// written that down yet.
pub fn standing(state: FundingState, valid_until: Option<NaiveDate>, on: NaiveDate) -> FundingState {
    if state.is_approval() && valid_until.is_some_and(|last| last < on) { FundingState::Expired } else { state }
}

/// Where the person stands once their request is approved: the intake can begin. Whoever is further on stays there.
pub const fn pathway_after_approval(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::AwaitingFunding | Pathway::Signposted => Pathway::Registered,
        further => further,
    }
}

/// Where the person stands once their request is declined and no other approval is in force: pointed to other help. Care
/// that has begun is not ended by it; only nothing more can be booked.
pub const fn pathway_after_decline(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::AwaitingFunding | Pathway::Registered => Pathway::Signposted,
        further => further,
    }
}

/// Where the person stands while they wait for an answer again, after an appeal, new facts or a new request.
pub const fn pathway_while_waiting(pathway: Pathway) -> Pathway {
    match pathway {
        Pathway::Signposted => Pathway::AwaitingFunding,
        further => further,
    }
}

/// Whether another request may be begun for somebody who stands here: their care must depend on it and not have ended, and
/// no other must be under way.
///
/// # Errors
/// [`Reason::FundingNotNeeded`], [`Reason::NotEligible`] or [`Reason::FundingRequestOpen`].
pub fn check_beginning(decision: EligibilityDecision, pathway: Pathway, open: bool) -> Result<(), Refusal> {
    if decision != EligibilityDecision::NeedsFunding {
        return Err(Reason::FundingNotNeeded.into());
    }
    if pathway == Pathway::Discharged {
        return Err(Refusal::new(Reason::NotEligible, "Care has ended. Get in touch to begin again."));
    }
    if open { Err(Reason::FundingRequestOpen.into()) } else { Ok(()) }
}

/// Whether a request says all that it must say before it goes anywhere. The person names the board: working it out from
/// their practice could break their anonymity (`docs/clinical-rules.md#funding`).
///
/// # Errors
/// [`Reason::FundingIncomplete`], naming each member that is missing; [`Reason::ConsentRequired`] at `/consent_to_send`.
pub fn check_submission(told: &Told, icb_code: Option<&str>, consent: bool) -> Result<(), Refusal> {
    let mut refusal = Refusal::from(Reason::FundingIncomplete);
    if told.reason.is_none() {
        refusal = refusal.field("/reason", "required", "Say why this care and no other.");
    }
    if icb_code.is_none() {
        refusal = refusal.field("/icb_code", "required", "Name the integrated care board that is to be asked.");
    }
    if !refusal.fields.is_empty() {
        return Err(refusal);
    }
    if !consent {
        let detail = "Nothing goes to a commissioner without this consent.";
        return Err(Refusal::from(Reason::ConsentRequired).field("/consent_to_send", "consent_required", detail));
    }
    Ok(())
}

/// What happens next in somebody's hands: everything that this party could do with a request that stands so.
pub fn possible(state: FundingState, party: FundingParty) -> Vec<FundingEvent> {
    FundingEvent::ALL.iter().copied().filter(|event| step(state, *event, party).is_ok()).collect()
}

/// What to point somebody to help for whose request stands so: help elsewhere while nobody pays, and crisis help always
/// (`docs/clinical-rules.md#funding`: signposts and crisis help while they wait).
pub const fn needs(state: FundingState) -> &'static [SignpostNeed] {
    if state.is_approval() {
        &[SignpostNeed::Crisis]
    } else {
        &[SignpostNeed::Crisis, SignpostNeed::MedicalHelp, SignpostNeed::LocalServices, SignpostNeed::WorkSupport]
    }
}
