//! What ends of a person's funding when they have died.

use super::model::{FundingEvent, FundingParty, Said};
use super::queries::{self, events};
use super::rules;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// Withdraws the requests of a person that are open and ends their approvals; returns how many. The person's row is locked by the
/// caller.
///
/// # Errors
/// When the database refuses.
pub fn end_for(conn: &mut Conn, sealer: &Sealer, practitioner: Id, actor: Actor, now: UtcTime) -> Result<usize> {
    let mut ended = 0;
    for id in queries::ids_of(conn, practitioner)? {
        let Some(mut request) = queries::locked(conn, sealer, id)? else { continue };
        let (event, audited) = match request.state {
            open if open.is_open() => (FundingEvent::Withdrawn, "funding_request.withdrawn"),
            paid if paid.is_approval() => (FundingEvent::Expired, "funding_request.expired"),
            _ => continue,
        };
        request.state = rules::step(request.state, event, FundingParty::System)?;
        request.due_on = None;
        queries::write(conn, sealer, &request, now)?;
        events::note(conn, sealer, id, (event, request.state), &Said::default(), Actor::SYSTEM, now)?;
        audit::record(conn, actor, audited, ("funding_request", Some(id)), now)?;
        ended += 1;
    }
    Ok(ended)
}
