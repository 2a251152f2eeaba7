//! Database queries about pages of the caseload.

use people::practitioners::queries::listing::{self, PractitionerFilter};
use platform::Tx;
use platform::db::load_full_page_in_chunks;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::booking::queries::lookups;

/// How many practitioners are read at a time.
const BATCH_SIZE: i64 = 500;

/// The practitioners that a filter selects, the latest registered first. If `seen_before` is given, only those who have been
/// seen, the last time before then.
pub fn page(tx: &mut Tx, filter: &PractitionerFilter, seen_before: Option<UtcTime>, limit: i64) -> Result<Vec<Id>> {
    let Some(then) = seen_before else { return listing::page(tx, filter, limit) };
    let read = |tx: &mut Tx, before| listing::page(tx, &PractitionerFilter { before, ..filter.clone() }, BATCH_SIZE.max(limit));
    let not_since = |tx: &mut Tx, people: &mut Vec<Id>| {
        let seen = lookups::last_attended(tx, people)?;
        people.retain(|person| seen.get(person).is_some_and(|last| *last < then));
        Ok(())
    };
    load_full_page_in_chunks(tx, (limit, BATCH_SIZE.max(limit)), filter.before, |person| *person, read, not_since)
}
