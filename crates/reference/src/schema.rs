//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::UtcTime;

    signposts (id) {
        id -> Text,
        name -> Text,
        summary -> Text,
        audience -> Text,
        area -> Nullable<Text>,
        professions -> Text,
        regions -> Text,
        icb_codes -> Text,
        needs -> Text,
        channel -> Text,
        contact -> Text,
        hours -> Nullable<Text>,
        urgency -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        last_checked -> Date,
        source -> Text,
        position -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        nations -> Text,
        accessible -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    signpost_changes (signpost_id, version) {
        signpost_id -> Text,
        version -> Integer,
        at -> UtcTime,
        changed_by -> Nullable<Id>,
        change -> Text,
        content -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    reference_changes (id) {
        id -> Id,
        dataset -> Text,
        key -> Text,
        valid_from -> Date,
        entry -> Nullable<Text>,
        reason -> Text,
        state -> Text,
        number -> Nullable<Integer>,
        changed_by -> Id,
        recorded_at -> UtcTime,
        confirmed_by -> Nullable<Id>,
        confirmed_at -> Nullable<UtcTime>,
        withdrawn_by -> Nullable<Id>,
        withdrawn_at -> Nullable<UtcTime>,
        applied_at -> Nullable<UtcTime>,
        confirmed_alone -> Bool,
        needs_second_person -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::Id;

    reference_versions (id) {
        id -> Integer,
        version -> Id,
        number -> Integer,
    }
}
