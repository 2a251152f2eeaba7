//! The tables of this crate, as both engines have them. The columns are in the order of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    demo_loads (id) {
        id -> Id,
        began_at -> UtcTime,
        finished_at -> Nullable<UtcTime>,
    }
}
