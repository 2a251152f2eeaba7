//! The history of a referral: added to, never changed.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::hubs::model::{ReferralDeclineReason, ReferralEvent, ReferralParty, ReferralSaid, ReferralState};
use crate::schema::hub_referral_events;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Place;

const DETAILS: &str = "hub_referral_events.details";

/// Something that happened to a referral.
#[derive(Debug, Clone)]
pub struct Happening {
    pub at: UtcTime,
    /// Whose doing it was.
    pub party: ReferralParty,
    pub event: ReferralEvent,
    /// Where the referral stood from then on.
    pub state: ReferralState,
    pub said: ReferralSaid,
}

/// Adds to the history of a referral, whose row is locked or new.
pub fn note(tx: &mut Tx, referral: Id, actor: Option<Id>, happening: &Happening) -> Result<()> {
    let last: Option<i32> = hub_referral_events::table
        .filter(hub_referral_events::referral_id.eq(referral))
        .select(max(hub_referral_events::number))
        .get_result(tx.conn)?;
    let (id, said) = (Id::new(happening.at), &happening.said);
    let sealed = (*said != ReferralSaid::default()).then(|| tx.sealer.seal_json(Place(DETAILS, id), said)).transpose()?;
    diesel::insert_into(hub_referral_events::table)
        .values((
            hub_referral_events::id.eq(id),
            hub_referral_events::referral_id.eq(referral),
            hub_referral_events::number.eq(last.unwrap_or(0) + 1),
            hub_referral_events::at.eq(happening.at),
            hub_referral_events::actor_id.eq(actor),
            hub_referral_events::party.eq(happening.party),
            hub_referral_events::event.eq(happening.event),
            hub_referral_events::state.eq(happening.state),
            hub_referral_events::details.eq(sealed),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What happened to a referral, oldest first, as far as the last hundred events.
pub fn of(tx: &mut Tx, referral: Id) -> Result<Vec<Happening>> {
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
    let happening = |(id, at, party, event, state, details): Columns| {
        let said = details.map(|sealed| tx.sealer.open_json(Place(DETAILS, id), &sealed)).transpose()?.unwrap_or_default();
        Ok(Happening { at, party, event, state, said })
    };
    rows.into_iter().map(happening).collect()
}

/// Why a referral was not taken on.
pub fn decline(tx: &mut Tx, referral: Id) -> Result<Option<ReferralDeclineReason>> {
    Ok(of(tx, referral)?.into_iter().rev().find_map(|happening| happening.said.decline))
}
