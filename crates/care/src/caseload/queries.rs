//! Database queries about pages of the caseload.

use people::practitioners::queries::listing::{self, Filter};
use platform::Tx;
use platform::db::filled_by;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::reading;

/// How many practitioners are read at a time.
const AT_A_TIME: i64 = 500;

/// The practitioners that a filter selects, the latest registered first. If `seen_before` is given, only those who have been
/// seen, the last time before then.
pub fn page(tx: &mut Tx, filter: &Filter, seen_before: Option<UtcTime>, limit: i64) -> Result<Vec<Id>> {
    let Some(then) = seen_before else { return listing::page(tx, filter, limit) };
    let read = |tx: &mut Tx, before| listing::page(tx, &Filter { before, ..filter.clone() }, AT_A_TIME.max(limit));
    let not_since = |tx: &mut Tx, people: &mut Vec<Id>| {
        let seen = reading::last_attended(tx, people)?;
        people.retain(|person| seen.get(person).is_some_and(|last| *last < then));
        Ok(())
    };
    filled_by(tx, (limit, AT_A_TIME.max(limit)), filter.before, |person| *person, read, not_since)
}
