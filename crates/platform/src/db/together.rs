//! Which tables a query may read together.

/// Says of tables, two by two, that a query reads them together. One of each two is of the calling crate. All with all would be
/// thousands of pairs, each with implementations for the compiler to make; and diesel's own macro also implements for
/// `Only<table>`, which a crate may not do for the table of another.
#[macro_export]
macro_rules! read_together {
    ($($one:ident $other:ident,)+) => {$(
        impl diesel::query_source::TableNotEqual<$one::table> for $other::table {}
        impl diesel::query_source::TableNotEqual<$other::table> for $one::table {}
    )+};
}
