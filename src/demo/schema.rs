//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    demo_loads (id) {
        id -> Id,
        began_at -> UtcTime,
        finished_at -> Nullable<UtcTime>,
    }
}
