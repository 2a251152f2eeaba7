//! What happens to the referrals of a person who has died.

use super::model::{ReferralEvent, ReferralEventDetails, ReferralKind, ReferralParty, ReferralState};
use super::queries::events::{self, HistoryEntry};
use super::queries::referrals::{self, ProtectedReferral};
use people::relationships::Basis;
use platform::Tx;
use platform::audit;
use platform::audit::{About, Actor};
use platform::error::Result;
use platform::ids::Id;

/// Ends every open referral of a person: one that was not accepted is withdrawn, an accepted one is closed. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn end_referrals(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let mut ended = 0;
    for id in referrals::ids_of(tx, practitioner)? {
        let Some(mut referral) = referrals::locked(tx, id)?.map(ProtectedReferral::for_the_service) else { continue };
        let (event, state, audit_action) = match referral.state {
            ReferralState::Sent | ReferralState::InformationRequested => {
                (ReferralEvent::Withdrawn, ReferralState::Withdrawn, "hub_referral.withdrawn")
            }
            ReferralState::Accepted => (ReferralEvent::Closed, ReferralState::Closed, "hub_referral.closed"),
            ReferralState::Declined | ReferralState::Withdrawn | ReferralState::Closed => continue,
        };
        let party = match referral.kind {
            ReferralKind::HubToService => ReferralParty::Receiver,
            ReferralKind::ServiceToHub | ReferralKind::HubToHelp => ReferralParty::Sender,
        };
        referral.state = state;
        referrals::write(tx, &referral)?;
        let entry = HistoryEntry { at: tx.now, party, event, state, details: ReferralEventDetails::default() };
        events::record(tx, id, actor.id, &entry)?;
        let about = About { practitioner, basis: Basis::Service.as_str() };
        audit::record_about(tx, actor, audit_action, ("hub_referral", Some(id)), about)?;
        ended += 1;
    }
    Ok(ended)
}
