//! Declares which tables a query may join.

/// Declares pairs of tables that a query reads together. One of each pair belongs to the calling crate. All pairs of tables would
/// be thousands, each with implementations to compile; and diesel's own macro also implements traits for `Only<table>`, which a
/// crate may not do for another crate's table.
#[macro_export]
macro_rules! read_together {
    ($($one:ident $other:ident,)+) => {$(
        impl diesel::query_source::TableNotEqual<$one::table> for $other::table {}
        impl diesel::query_source::TableNotEqual<$other::table> for $one::table {}
    )+};
}
