//! Lists from which rows are left out after they were read.

use super::Conn;
use crate::error::Result;

/// As many rows as were asked for of those that `leave_out` leaves, reading on from `after` (by `place`) until there are so many or no
/// more: for what only code can tell, so that pages stay full. `read` gives at most `limit` rows.
///
/// # Errors
/// The first error of `read` or `leave_out`.
pub fn filled<T, K: Copy>(
    conn: &mut Conn,
    limit: i64,
    mut after: Option<K>,
    place: impl Fn(&T) -> K,
    read: impl Fn(&mut Conn, Option<K>) -> Result<Vec<T>>,
    leave_out: impl Fn(&mut Conn, &mut Vec<T>) -> Result<()>,
) -> Result<Vec<T>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let mut found = Vec::new();
    loop {
        let mut rows = read(conn, after)?;
        let whole = rows.len() >= most;
        after = rows.last().map(&place).or(after);
        leave_out(conn, &mut rows)?;
        found.extend(rows);
        if !whole || found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}
