//! Row locks, for code that counts rows before it adds one.

/// Locks one row of `$table` until the transaction ends, so that two requests about the same practitioner or group are decided
/// one after the other. SQLite has a single writer already; there it only reads. The lock does not block rows that only refer to
/// this row (`FOR NO KEY UPDATE`). Yields `QueryResult<Option<Id>>`: `None` when the row does not exist.
#[macro_export]
macro_rules! lock_row {
    ($conn:expr, $table:ident, $id:expr) => {{
        use diesel::prelude::*;
        let query = $table::table.filter($table::id.eq($id)).select($table::id);
        match $conn {
            $crate::db::Conn::Postgres(inner) => query.for_no_key_update().get_result::<$crate::ids::Id>(inner).optional(),
            $crate::db::Conn::Sqlite(inner) => query.get_result::<$crate::ids::Id>(inner).optional(),
        }
    }};
}
