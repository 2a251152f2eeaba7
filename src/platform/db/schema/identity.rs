//! Tables of the identity floor.

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    accounts (id) {
        id -> Id,
        role -> Text,
        email -> Binary,
        email_index -> Text,
        name -> Binary,
        password_hash -> Nullable<Text>,
        active -> Bool,
        email_verified_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    sessions (id) {
        id -> Id,
        account_id -> Id,
        generation -> Integer,
        rotated_at -> UtcTime,
        device -> Nullable<Binary>,
        created_at -> UtcTime,
        last_used_at -> UtcTime,
        expires_at -> UtcTime,
        ended_at -> Nullable<UtcTime>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    one_time_tokens (id) {
        id -> Id,
        account_id -> Id,
        purpose -> Text,
        token_hash -> Text,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    address_requests (id) {
        id -> Id,
        kind -> Text,
        email_index -> Text,
        registration_id -> Nullable<Id>,
        due_at -> UtcTime,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    account_marks (id) {
        id -> Id,
        account_id -> Id,
        kind -> Text,
        value -> Binary,
        value_index -> Text,
        form -> Integer,
        held_from -> UtcTime,
        held_until -> Nullable<UtcTime>,
        lapsed -> Bool,
        set_by -> Nullable<Id>,
        ended_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    sign_in_places (account_id, place_index) {
        account_id -> Id,
        place_index -> Text,
        last_seen_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    account_mark_keys (mark_id, value_index) {
        mark_id -> Id,
        value_index -> Text,
    }
}
