//! Lists from which rows are removed after they were read.

use crate::Tx;
use crate::error::Result;

/// Up to `limit` of the rows that `leave_out` keeps. Reads on from `after` (by the key `place`) until there are enough rows or no
/// more, so that pages stay full when only code can decide which rows may be shown. `read` returns at most `limit` rows.
///
/// # Errors
/// The first error of `read` or `leave_out`.
pub fn load_full_page<T, K: Copy>(
    tx: &mut Tx,
    limit: i64,
    after: Option<K>,
    place: impl Fn(&T) -> K,
    read: impl Fn(&mut Tx, Option<K>) -> Result<Vec<T>>,
    leave_out: impl Fn(&mut Tx, &mut Vec<T>) -> Result<()>,
) -> Result<Vec<T>> {
    load_full_page_in_chunks(tx, (limit, limit), after, place, read, leave_out)
}

/// The same for lists from which most rows may be removed: `read` returns at most `chunk` rows, which is more than `limit`.
///
/// # Errors
/// As [`load_full_page`].
pub fn load_full_page_in_chunks<T, K: Copy>(
    tx: &mut Tx,
    (limit, chunk): (i64, i64),
    mut after: Option<K>,
    place: impl Fn(&T) -> K,
    read: impl Fn(&mut Tx, Option<K>) -> Result<Vec<T>>,
    leave_out: impl Fn(&mut Tx, &mut Vec<T>) -> Result<()>,
) -> Result<Vec<T>> {
    let [limit, chunk] = [limit, chunk].map(|rows| usize::try_from(rows).unwrap_or(0));
    let mut found = Vec::new();
    loop {
        let mut rows = read(tx, after)?;
        let whole = rows.len() >= chunk;
        after = rows.last().map(&place).or(after);
        leave_out(tx, &mut rows)?;
        found.extend(rows);
        if !whole || found.len() >= limit {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}
