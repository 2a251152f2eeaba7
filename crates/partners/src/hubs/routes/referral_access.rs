//! Who may see which referral, how a referral moves on, and how it is shown.

use crate::hubs::dto::{ReferralView, ReferralWithContext};
use crate::hubs::model::{ReferralEvent, ReferralEventDetails, ReferralKind, ReferralParty, Side};
use crate::hubs::queries::coordinators;
use crate::hubs::queries::events;
use crate::hubs::queries::events::HistoryEntry;
use crate::hubs::queries::referrals;
use crate::hubs::queries::referrals::{Filter, ProtectedReferral, Referral};
use crate::hubs::{notifications, rules};
use people::{Caller, Role};
use platform::Tx;
use platform::error::Result;
use platform::http::Response;
use platform::ids::Id;

/// The referrals that the caller may see.
pub(super) fn visible_to(tx: &mut Tx, caller: &Caller) -> Result<Filter> {
    let mut filter =
        Filter { reader: Some(caller.id), not_ended_before: referrals::reading_ended(tx, caller), ..Filter::default() };
    match caller.role {
        Role::Coordinator => filter.kinds = Some(vec![ReferralKind::HubToService, ReferralKind::ServiceToHub]),
        Role::HubCoordinator => filter.hubs = Some(coordinators::hubs_of(tx, caller.id)?),
        _ => filter.created_by = Some(caller.id),
    }
    Ok(filter)
}

/// Takes one step of a referral: checks that the caller may take it now, lets `edit` check and change what belongs to it, stores
/// the state, writes history and audit, and notifies those it concerns. Returns the referral as it is now, and the caller's side.
pub(super) fn advance(
    tx: &mut Tx,
    caller: &Caller,
    id: Id,
    event: ReferralEvent,
    edit: impl FnOnce(&mut Tx, &mut Referral) -> Result<ReferralEventDetails>,
) -> Result<(Referral, Side)> {
    let (permit, mut referral) = ProtectedReferral::permit(referrals::locked(tx, id)?, tx, caller)?;
    let side = permit.side();
    let parties = rules::parties_of(referral.kind, side);
    let allowed = parties.iter().copied().find(|party| rules::step(referral.state, event, *party).is_ok());
    let party = allowed.or_else(|| parties.first().copied()).unwrap_or(ReferralParty::Person);
    let next = rules::step(referral.state, event, party)?;
    let details = edit(tx, &mut referral)?;
    referral.state = next;
    referrals::write(tx, &referral)?;
    referral.version += 1;
    let entry = HistoryEntry { at: tx.now, party, event, state: next, details };
    events::record(tx, id, Some(caller.id), &entry)?;
    permit.record(tx, audit_action(event))?;
    notify(tx, &referral, event, party)?;
    Ok((referral, side))
}

/// Notifies those it concerns: the creator of what others answered, the receivers of what they can answer now, and the person of
/// changes that they did not make themselves.
fn notify(tx: &mut Tx, referral: &Referral, event: ReferralEvent, party: ReferralParty) -> Result<()> {
    match event {
        ReferralEvent::InformationRequested => notifications::notify_creator(tx, referral),
        ReferralEvent::InformationProvided => notifications::notify_receivers(tx, referral),
        ReferralEvent::Accepted | ReferralEvent::Declined | ReferralEvent::Closed | ReferralEvent::Withdrawn => {
            if party == ReferralParty::Receiver && referral.kind != ReferralKind::HubToHelp {
                notifications::notify_creator(tx, referral)?;
            }
            if party == ReferralParty::Person { Ok(()) } else { notifications::notify_person(tx, referral) }
        }
        ReferralEvent::Created | ReferralEvent::ConsentWithdrawn => Ok(()),
    }
}

/// The action in the audit trail.
const fn audit_action(event: ReferralEvent) -> &'static str {
    match event {
        ReferralEvent::Created => "hub_referral.created",
        ReferralEvent::InformationRequested => "hub_referral.information_requested",
        ReferralEvent::InformationProvided => "hub_referral.information_provided",
        ReferralEvent::Accepted => "hub_referral.accepted",
        ReferralEvent::Declined => "hub_referral.declined",
        ReferralEvent::Withdrawn => "hub_referral.withdrawn",
        ReferralEvent::Closed => "hub_referral.closed",
        ReferralEvent::ConsentWithdrawn => "hub_referral.consent_withdrawn",
    }
}

/// The answer with the referral as the caller may see it.
pub(super) fn referral_answer(tx: &mut Tx, referral: Referral, side: Side) -> Result<Response> {
    let (version, history) = (referral.version, events::of(tx, referral.id)?);
    Ok(Response::ok(&ReferralView::from(ReferralWithContext { referral, history, side }))?.with_version(version))
}
