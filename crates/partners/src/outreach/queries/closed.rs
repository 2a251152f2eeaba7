//! The statements about campaigns that are over, or whose last day has passed.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::outreach::model::{Counts, OutreachState};
use crate::schema::outreach_campaigns::dsl;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::Id;
use platform::seal::Place;

const COUNTS: &str = "outreach_campaigns.counts";
/// How many campaigns one run looks at.
const CAMPAIGNS_PER_RUN: i64 = 20;

/// Campaigns that are still open although their last day has passed, always in the same order, so that two instances which lock
/// the same rows do not deadlock.
pub fn past_last_day(tx: &mut Tx, today: NaiveDate) -> Result<Vec<Id>> {
    const OPEN: [OutreachState; 4] = [OutreachState::Draft, OutreachState::Ready, OutreachState::Running, OutreachState::Paused];
    let mut found = Vec::new();
    for state in OPEN {
        let over = dsl::outreach_campaigns.filter(dsl::state.eq(state)).filter(dsl::ends_on.lt(today));
        found.extend(over.order(dsl::ends_on).limit(CAMPAIGNS_PER_RUN).select(dsl::id).load::<Id>(tx.conn)?);
    }
    found.sort_unstable();
    Ok(found)
}

/// Campaigns in this state.
pub fn in_state(tx: &mut Tx, state: OutreachState) -> Result<Vec<Id>> {
    Ok(dsl::outreach_campaigns
        .filter(dsl::state.eq(state))
        .order(dsl::id)
        .limit(CAMPAIGNS_PER_RUN)
        .select(dsl::id)
        .load(tx.conn)?)
}

/// Campaigns that are over and still have contacts, locked until the transaction ends; those that another instance has locked are
/// skipped.
pub fn not_erased(tx: &mut Tx) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for state in [OutreachState::Finished, OutreachState::Cancelled] {
        let remaining = dsl::outreach_campaigns.filter(dsl::state.eq(state)).filter(dsl::erased_at.is_null());
        let remaining = remaining.order(dsl::id).limit(CAMPAIGNS_PER_RUN).select(dsl::id);
        let some: Vec<Id> = match tx.conn {
            Conn::Postgres(inner) => remaining.for_no_key_update().skip_locked().load(inner)?,
            Conn::Sqlite(inner) => remaining.load(inner)?,
        };
        found.extend(some);
    }
    Ok(found)
}

/// Records that the last contact was deleted.
pub fn mark_erased(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(dsl::outreach_campaigns.find(id)).set(dsl::erased_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Stores the counts of a campaign that is over.
pub fn store_counts(tx: &mut Tx, id: Id, counts: &Counts) -> Result<()> {
    let sealed = tx.sealer.seal_json(Place(COUNTS, id), counts)?;
    diesel::update(dsl::outreach_campaigns.find(id)).set(dsl::counts.eq(Some(sealed))).execute(tx.conn)?;
    Ok(())
}

/// The counts of a campaign; none before it is over, or when it was never approved.
pub fn counts(tx: &mut Tx, id: Id) -> Result<Option<Counts>> {
    let sealed: Option<Vec<u8>> = dsl::outreach_campaigns.find(id).select(dsl::counts).get_result(tx.conn)?;
    sealed.map(|sealed| tx.sealer.open_json(Place(COUNTS, id), &sealed)).transpose()
}
