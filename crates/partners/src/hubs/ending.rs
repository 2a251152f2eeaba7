//! What ends of the referrals of a person who has died.

use super::model::{ReferralEvent, ReferralKind, ReferralParty, ReferralSaid, ReferralState};
use super::queries::events::{self, Happening};
use super::queries::referrals;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// Ends every referral of a person that is not over: what nobody has accepted is withdrawn, what was accepted is closed. Returns
/// how many.
///
/// # Errors
/// When the database refuses.
pub fn end_for(conn: &mut Conn, sealer: &Sealer, practitioner: Id, actor: Actor, now: UtcTime) -> Result<usize> {
    let mut ended = 0;
    for id in referrals::ids_of(conn, practitioner)? {
        let Some(mut referral) = referrals::locked(conn, sealer, id)? else { continue };
        let (event, state, audited) = match referral.state {
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
        referrals::write(conn, sealer, &referral, now)?;
        let happening = Happening { at: now, party, event, state, said: ReferralSaid::default() };
        events::note(conn, sealer, id, actor.id, &happening)?;
        audit::record(conn, actor, audited, ("hub_referral", Some(id)), now)?;
        ended += 1;
    }
    Ok(ended)
}
