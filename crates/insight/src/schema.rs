//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::UtcTime;

    statistics_snapshots (dataset, period_start) {
        dataset -> Text,
        period_start -> Date,
        period_end -> Date,
        counted_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    statistics_cells (dataset, period_start, breakdown, category) {
        dataset -> Text,
        period_start -> Date,
        breakdown -> Text,
        category -> Text,
        position -> Integer,
        published -> Nullable<Integer>,
    }
}
