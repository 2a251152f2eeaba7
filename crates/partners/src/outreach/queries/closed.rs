//! Every statement about campaigns that are over, or ought to be.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::outreach::model::{Counts, OutreachState};
use crate::schema::outreach_campaigns::dsl;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer};

const COUNTS: &str = "outreach_campaigns.counts";
/// How many campaigns a round looks at.
const SOME: i64 = 20;

/// Campaigns that are not over although their last day has passed, always in the same order: two instances that lock the same
/// rows do not wait in a circle.
pub fn over(conn: &mut Conn, today: NaiveDate) -> Result<Vec<Id>> {
    const OPEN: [OutreachState; 4] = [OutreachState::Draft, OutreachState::Ready, OutreachState::Running, OutreachState::Paused];
    let mut found = Vec::new();
    for state in OPEN {
        let over = dsl::outreach_campaigns.filter(dsl::state.eq(state)).filter(dsl::ends_on.lt(today));
        found.extend(over.order(dsl::ends_on).limit(SOME).select(dsl::id).load::<Id>(conn)?);
    }
    found.sort_unstable();
    Ok(found)
}

/// Campaigns that stand so.
pub fn in_state(conn: &mut Conn, state: OutreachState) -> Result<Vec<Id>> {
    Ok(dsl::outreach_campaigns.filter(dsl::state.eq(state)).order(dsl::id).limit(SOME).select(dsl::id).load(conn)?)
}

/// Campaigns that are over and of which contacts are left, locked until the transaction ends; those that another instance has in
/// hand are passed over.
pub fn not_erased(conn: &mut Conn) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for state in [OutreachState::Finished, OutreachState::Cancelled] {
        let left = dsl::outreach_campaigns.filter(dsl::state.eq(state)).filter(dsl::erased_at.is_null()).limit(1).select(dsl::id);
        let some: Vec<Id> = match conn {
            Conn::Postgres(inner) => left.for_no_key_update().skip_locked().load(inner)?,
            Conn::Sqlite(inner) => left.load(inner)?,
        };
        found.extend(some);
    }
    Ok(found)
}

/// Notes that the last contact is gone.
pub fn erased(conn: &mut Conn, id: Id, now: UtcTime) -> Result<()> {
    diesel::update(dsl::outreach_campaigns.find(id)).set(dsl::erased_at.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// Keeps what may be told of a campaign that is over.
pub fn keep_counts(conn: &mut Conn, sealer: &Sealer, id: Id, counts: &Counts) -> Result<()> {
    let sealed = sealer.seal_json(Place(COUNTS, id), counts)?;
    diesel::update(dsl::outreach_campaigns.find(id)).set(dsl::counts.eq(Some(sealed))).execute(conn)?;
    Ok(())
}

/// What may be told of a campaign; none before it is over, or when nothing was ever sent.
pub fn counts(conn: &mut Conn, sealer: &Sealer, id: Id) -> Result<Option<Counts>> {
    let sealed: Option<Vec<u8>> = dsl::outreach_campaigns.find(id).select(dsl::counts).get_result(conn)?;
    sealed.map(|sealed| sealer.open_json(Place(COUNTS, id), &sealed)).transpose()
}
