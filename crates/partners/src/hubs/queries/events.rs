//! The history of a referral: entries are added, never changed.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::hubs::model::{ReferralDeclineReason, ReferralEvent, ReferralEventDetails, ReferralParty, ReferralState};
use crate::schema::hub_referral_events;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Place;

const DETAILS: &str = "hub_referral_events.details";

/// An entry in the history of a referral.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    pub at: UtcTime,
    /// Who acted.
    pub party: ReferralParty,
    pub event: ReferralEvent,
    /// The referral's state as of this event.
    pub state: ReferralState,
    pub details: ReferralEventDetails,
}

/// Adds an entry to the history of a referral, whose row must be locked or new.
pub fn record(tx: &mut Tx, referral: Id, actor: Option<Id>, entry: &HistoryEntry) -> Result<()> {
    let last: Option<i32> = hub_referral_events::table
        .filter(hub_referral_events::referral_id.eq(referral))
        .select(max(hub_referral_events::number))
        .get_result(tx.conn)?;
    let (id, details) = (Id::new(entry.at), &entry.details);
    let sealed =
        (*details != ReferralEventDetails::default()).then(|| tx.sealer.seal_json(Place(DETAILS, id), details)).transpose()?;
    diesel::insert_into(hub_referral_events::table)
        .values((
            hub_referral_events::id.eq(id),
            hub_referral_events::referral_id.eq(referral),
            hub_referral_events::number.eq(last.unwrap_or(0) + 1),
            hub_referral_events::at.eq(entry.at),
            hub_referral_events::actor_id.eq(actor),
            hub_referral_events::party.eq(entry.party),
            hub_referral_events::event.eq(entry.event),
            hub_referral_events::state.eq(entry.state),
            hub_referral_events::details.eq(sealed),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The history of a referral, oldest first, up to the last hundred events.
pub fn of(tx: &mut Tx, referral: Id) -> Result<Vec<HistoryEntry>> {
    type Columns = (Id, UtcTime, ReferralParty, ReferralEvent, ReferralState, Option<Vec<u8>>);
    let mut rows: Vec<Columns> = hub_referral_events::table
        .filter(hub_referral_events::referral_id.eq(referral))
        .order(hub_referral_events::number.desc())
        .limit(100)
        .select((
            hub_referral_events::id,
            hub_referral_events::at,
            hub_referral_events::party,
            hub_referral_events::event,
            hub_referral_events::state,
            hub_referral_events::details,
        ))
        .load(tx.conn)?;
    rows.reverse();
    let to_entry = |(id, at, party, event, state, details): Columns| {
        let details = details.map(|sealed| tx.sealer.open_json(Place(DETAILS, id), &sealed)).transpose()?.unwrap_or_default();
        Ok(HistoryEntry { at, party, event, state, details })
    };
    rows.into_iter().map(to_entry).collect()
}

/// Why a referral was declined.
pub fn decline_reason(tx: &mut Tx, referral: Id) -> Result<Option<ReferralDeclineReason>> {
    Ok(of(tx, referral)?.into_iter().rev().find_map(|entry| entry.details.decline))
}
