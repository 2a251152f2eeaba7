//! What ends of the funding of a practitioner who has died.

use super::model::{EventDetails, FundingEvent, FundingParty};
use super::queries::{self, events};
use super::rules;
use people::relationships::{Basis, Protected};
use platform::Tx;
use platform::audit;
use platform::audit::{About, Actor};
use platform::error::Result;
use platform::ids::Id;

/// Withdraws the open requests of a practitioner and ends their approvals; returns how many. The caller has locked the row of the
/// practitioner.
///
/// # Errors
/// When the database fails.
pub fn end_for(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let mut ended = 0;
    for id in queries::ids_for_practitioner(tx, practitioner)? {
        let Some(mut request) = queries::locked(tx, id)?.map(Protected::for_the_service) else { continue };
        let (event, audited) = match request.state {
            open if open.is_open() => (FundingEvent::Withdrawn, "funding_request.withdrawn"),
            paid if paid.is_approval() => (FundingEvent::Expired, "funding_request.expired"),
            _ => continue,
        };
        request.state = rules::step(request.state, event, FundingParty::System)?;
        request.due_on = None;
        queries::update(tx, &request)?;
        events::append(tx, id, (event, request.state), &EventDetails::default(), Actor::SYSTEM)?;
        let about = About { practitioner, basis: Basis::Service.as_str() };
        audit::record_about(tx, actor, audited, ("funding_request", Some(id)), about)?;
        ended += 1;
    }
    Ok(ended)
}
