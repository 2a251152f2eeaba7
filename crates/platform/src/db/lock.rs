//! Row locks, for the places where rows are counted before one is added.

/// Locks one row of `$table` until the transaction ends, so that two requests about the same person or group are
/// decided one after the other. On SQLite the writer is alone already; there it only reads.
/// The lock is the one that leaves rows which merely refer to this one (`FOR NO KEY UPDATE`) unhindered.
/// Yields `QueryResult<Option<Id>>`: `None` when there is no such row.
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
