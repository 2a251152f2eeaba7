//! SQL about the history of a request: appended to, never changed.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::funding::model::{EventDetails, FundingEvent, FundingState, Terms};
use crate::registration::queries::funding_requests::next_event_number;
use crate::schema::funding_events;
use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, readable_or_none};

const DETAILS: &str = "funding_events.details";

/// An entry in the history of a request.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    pub at: UtcTime,
    /// The role of the actor; `system` for what the service did itself.
    pub role: String,
    pub event: FundingEvent,
    /// The state of the request from then on.
    pub state: FundingState,
    pub details: EventDetails,
}

/// Appends to the history of a request.
pub fn append(tx: &mut Tx, request: Id, what: (FundingEvent, FundingState), details: &EventDetails, actor: Actor) -> Result<()> {
    let (id, number) = (Id::new(tx.now), next_event_number(tx, request)?);
    let sealed = (*details != EventDetails::default()).then(|| tx.sealer.seal_json(Place(DETAILS, id), details)).transpose()?;
    diesel::insert_into(funding_events::table)
        .values((
            funding_events::id.eq(id),
            funding_events::request_id.eq(request),
            funding_events::number.eq(number),
            funding_events::at.eq(tx.now),
            funding_events::actor_id.eq(actor.id),
            funding_events::actor_role.eq(actor.role),
            funding_events::event.eq(what.0),
            funding_events::state.eq(what.1),
            funding_events::details.eq(sealed),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The history of a request, oldest first, limited to the last hundred entries.
pub fn for_request(tx: &mut Tx, request: Id) -> Result<Vec<HistoryEntry>> {
    type Columns = (Id, UtcTime, String, FundingEvent, FundingState, Option<Vec<u8>>);
    let mut rows: Vec<Columns> = funding_events::table
        .filter(funding_events::request_id.eq(request))
        .order(funding_events::number.desc())
        .limit(100)
        .select((
            funding_events::id,
            funding_events::at,
            funding_events::actor_role,
            funding_events::event,
            funding_events::state,
            funding_events::details,
        ))
        .load(tx.conn)?;
    rows.reverse();
    let entry = |(id, at, role, event, state, sealed): Columns| {
        let details = sealed.map(|sealed| tx.sealer.open_json(Place(DETAILS, id), &sealed)).transpose()?.unwrap_or_default();
        Ok(HistoryEntry { at, role, event, state, details })
    };
    rows.into_iter().map(entry).collect()
}

/// The decisions of a commissioner.
const DECISIONS: [FundingEvent; 3] = [FundingEvent::Approved, FundingEvent::ApprovedLimited, FundingEvent::Declined];

/// A decision in the history of a request.
#[derive(Debug, Clone, Copy)]
pub struct DecisionEntry {
    pub request: Id,
    /// In which order it is in the history.
    pub number: i32,
    pub at: UtcTime,
    pub event: FundingEvent,
    /// The limits of an approval; none where they cannot be read.
    pub terms: Terms,
}

/// The decisions from `from` (included) to `to` (excluded), in order.
pub fn decisions_between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<DecisionEntry>> {
    type Columns = (Id, Id, i32, UtcTime, FundingEvent, Option<Vec<u8>>);
    let rows: Vec<Columns> = funding_events::table
        .filter(funding_events::event.eq_any(DECISIONS))
        .filter(funding_events::at.ge(from))
        .filter(funding_events::at.lt(to))
        .order((funding_events::at, funding_events::number))
        .select((
            funding_events::id,
            funding_events::request_id,
            funding_events::number,
            funding_events::at,
            funding_events::event,
            funding_events::details,
        ))
        .load(tx.conn)?;
    let entry = |(id, request, number, at, event, sealed): Columns| {
        let details: Option<EventDetails> = match sealed {
            Some(sealed) => readable_or_none(tx.sealer.open_json(Place(DETAILS, id), &sealed))?,
            None => None,
        };
        let terms = details.and_then(|details| details.terms).unwrap_or_default();
        Ok(DecisionEntry { request, number, at, event, terms })
    };
    rows.into_iter().map(entry).collect()
}

/// The number of the first decision about each of these requests.
pub fn first_decisions(tx: &mut Tx, requests: &[Id]) -> Result<BTreeMap<Id, i32>> {
    let rows: Vec<(Id, i32)> = funding_events::table
        .filter(funding_events::request_id.eq_any(requests.to_vec()))
        .filter(funding_events::event.eq_any(DECISIONS))
        .order((funding_events::request_id, funding_events::number.desc()))
        .select((funding_events::request_id, funding_events::number))
        .load(tx.conn)?;
    // The last of each is its first.
    Ok(rows.into_iter().collect())
}
