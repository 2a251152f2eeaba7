//! Lists from which some rows are left out after they were read: they are read on until a page is full.

use super::Conn;
use crate::platform::error::Result;

/// How many rows are read at once after the first rows did not suffice.
const MORE: i64 = 100;

/// Reads rows until `most` of them are kept or there are no more. `read` gives at most so many rows after a key, in the list's order;
/// `keep` leaves out those that the caller may not see.
///
/// # Errors
/// The first error of `read` or `keep`.
pub fn fill<K, T>(
    conn: &mut Conn,
    most: i64,
    mut after: Option<K>,
    read: impl Fn(&mut Conn, Option<K>, i64) -> Result<Vec<T>>,
    key: impl Fn(&T) -> K,
    keep: impl Fn(&mut Conn, Vec<T>) -> Result<Vec<T>>,
) -> Result<Vec<T>> {
    let wanted = usize::try_from(most).unwrap_or(0);
    let (mut found, mut limit) = (Vec::new(), most);
    while found.len() < wanted {
        let rows = read(conn, after.take(), limit)?;
        let is_last = rows.len() < usize::try_from(limit).unwrap_or(0);
        after = rows.last().map(&key);
        found.extend(keep(conn, rows)?);
        if is_last {
            break;
        }
        limit = most.max(MORE);
    }
    found.truncate(wanted);
    Ok(found)
}
