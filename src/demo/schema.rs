//! The tables of this crate as both engines have them. Column order is that of the migrations.

#![allow(missing_docs, reason = "the macros make items that cannot carry docs; the migrations say what each column is for")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    demo_loads (id) {
        id -> Id,
        began_at -> UtcTime,
        finished_at -> Nullable<UtcTime>,
    }
}
