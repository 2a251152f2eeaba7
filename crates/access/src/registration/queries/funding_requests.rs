//! SQL that keeps funding requests in step with eligibility decisions: a practitioner who needs funding has a request, a draft at
//! first; one who no longer needs it has none under way. Everything else about requests belongs to the funding module; here they
//! are only created and withdrawn, in the transaction of the decision.

use diesel::prelude::*;

use crate::schema::{funding_events, funding_requests};
use platform::Tx;
use platform::audit::Actor;
use platform::error::{Error, Result, violates};
use platform::ids::Id;
use platform::refusal::Reason;
use platform::seal::Place;

/// The states of a request that is under way.
const OPEN: [&str; 7] = ["draft", "submitted", "screening", "information_requested", "panel", "reconsideration", "appeal"];

/// Creates a request to the board that the practitioner named, if they named one.
///
/// # Errors
/// 409 when another request is under way.
pub fn create_request(tx: &mut Tx, practitioner: Id, icb_code: Option<&str>, actor: Actor) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(funding_requests::table)
        .values((
            funding_requests::id.eq(id),
            funding_requests::practitioner_id.eq(practitioner),
            funding_requests::icb_code.eq(icb_code),
            funding_requests::state.eq("draft"),
            // Still without content.
            funding_requests::details.eq(tx.sealer.seal_text(Place("funding_requests.details", id), "{}")?),
            funding_requests::sessions_used.eq(0),
            funding_requests::amount_used_pence.eq(0),
            funding_requests::reminders_sent.eq(0),
            funding_requests::version.eq(1),
            funding_requests::created_at.eq(tx.now),
            funding_requests::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            if violates(&error, "funding_requests_one_open|funding_requests.practitioner_id") {
                Reason::FundingRequestOpen.into()
            } else {
                Error::from(error)
            }
        })?;
    append_event(tx, id, "created", "draft", actor)?;
    Ok(id)
}

/// The request that is under way, and its state.
pub fn open_request(tx: &mut Tx, practitioner: Id) -> Result<Option<(Id, String)>> {
    let open = funding_requests::table
        .filter(funding_requests::practitioner_id.eq(practitioner))
        .filter(funding_requests::state.eq_any(OPEN))
        .select((funding_requests::id, funding_requests::state));
    Ok(open.first(tx.conn).optional()?)
}

/// Withdraws the request that is under way, since the practitioner no longer needs it. The row of the practitioner is locked.
pub fn withdraw_open_request(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<()> {
    let Some((id, _)) = open_request(tx, practitioner)? else { return Ok(()) };
    diesel::update(funding_requests::table.find(id))
        .set((
            funding_requests::state.eq("withdrawn"),
            funding_requests::due_on.eq(None::<chrono::NaiveDate>),
            funding_requests::version.eq(funding_requests::version + 1),
            funding_requests::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    append_event(tx, id, "withdrawn", "withdrawn", actor)
}

/// Changes the board of a draft when the practitioner moves to another board. A submitted request keeps its board.
pub fn move_draft(tx: &mut Tx, practitioner: Id, icb_code: Option<&str>) -> Result<()> {
    let Some((id, state)) = open_request(tx, practitioner)? else { return Ok(()) };
    if state == "draft" {
        diesel::update(funding_requests::table.find(id))
            .set((
                funding_requests::icb_code.eq(icb_code),
                funding_requests::version.eq(funding_requests::version + 1),
                funding_requests::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The number of the next event in a request's history. The row of the practitioner is locked, or the request is new.
pub fn next_event_number(tx: &mut Tx, request: Id) -> Result<i32> {
    let last: Option<i32> = funding_events::table
        .filter(funding_events::request_id.eq(request))
        .select(diesel::dsl::max(funding_events::number))
        .get_result(tx.conn)?;
    Ok(last.unwrap_or(0) + 1)
}

fn append_event(tx: &mut Tx, request: Id, event: &str, state: &str, actor: Actor) -> Result<()> {
    let number = next_event_number(tx, request)?;
    diesel::insert_into(funding_events::table)
        .values((
            funding_events::id.eq(Id::new(tx.now)),
            funding_events::request_id.eq(request),
            funding_events::number.eq(number),
            funding_events::at.eq(tx.now),
            funding_events::actor_id.eq(actor.id),
            funding_events::actor_role.eq(actor.role),
            funding_events::event.eq(event),
            funding_events::state.eq(state),
        ))
        .execute(tx.conn)?;
    Ok(())
}
