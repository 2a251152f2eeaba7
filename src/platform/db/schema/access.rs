//! Tables of the access floor, room by room.

// registration

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    practitioners (id) {
        id -> Id,
        reference -> Text,
        pathway -> Text,
        decision -> Text,
        decided_at -> UtcTime,
        details -> Binary,
        employer_index -> Nullable<Text>,
        registration_index -> Nullable<Text>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    blocked_colleagues (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Nullable<Id>,
        registration_index -> Nullable<Text>,
        name_index -> Nullable<Text>,
        details -> Binary,
        created_at -> UtcTime,
    }
}

// messages

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    message_preferences (practitioner_id) {
        practitioner_id -> Id,
        channel -> Text,
        quiet_from -> Nullable<Integer>,
        quiet_until -> Nullable<Integer>,
        wording -> Text,
        reminders -> Bool,
        details -> Binary,
        mobile_verified_at -> Nullable<UtcTime>,
        code_print -> Nullable<Text>,
        code_sent_at -> Nullable<UtcTime>,
        code_tries -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

// hubs

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    hubs (id) {
        id -> Id,
        name -> Text,
        region -> Text,
        phone -> Text,
        email -> Text,
        hours -> Text,
        opened_on -> Date,
        closed_on -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    hub_coverage (hub_id, icb_code, valid_from) {
        hub_id -> Id,
        icb_code -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

// signposting

// self_check

// contacts

// funding

// hub referrals

// outreach
