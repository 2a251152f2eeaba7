//! Lists from which rows are left out after they were read.

use crate::Tx;
use crate::error::Result;

/// As many rows as were asked for of those that `leave_out` leaves, reading on from `after` (by `place`) until there are so many or no
/// more: for what only code can tell, so that pages stay full. `read` gives at most `limit` rows.
///
/// # Errors
/// The first error of `read` or `leave_out`.
pub fn filled<T, K: Copy>(
    tx: &mut Tx,
    limit: i64,
    after: Option<K>,
    place: impl Fn(&T) -> K,
    read: impl Fn(&mut Tx, Option<K>) -> Result<Vec<T>>,
    leave_out: impl Fn(&mut Tx, &mut Vec<T>) -> Result<()>,
) -> Result<Vec<T>> {
    filled_by(tx, (limit, limit), after, place, read, leave_out)
}

/// The same where most rows may be left out: `read` gives at most `chunk` rows, which are more than the `limit` that is asked for.
///
/// # Errors
/// As [`filled`].
pub fn filled_by<T, K: Copy>(
    tx: &mut Tx,
    (limit, chunk): (i64, i64),
    mut after: Option<K>,
    place: impl Fn(&T) -> K,
    read: impl Fn(&mut Tx, Option<K>) -> Result<Vec<T>>,
    leave_out: impl Fn(&mut Tx, &mut Vec<T>) -> Result<()>,
) -> Result<Vec<T>> {
    let [most, chunk] = [limit, chunk].map(|rows| usize::try_from(rows).unwrap_or(0));
    let mut found = Vec::new();
    loop {
        let mut rows = read(tx, after)?;
        let whole = rows.len() >= chunk;
        after = rows.last().map(&place).or(after);
        leave_out(tx, &mut rows)?;
        found.extend(rows);
        if !whole || found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    Ok(found)
}
