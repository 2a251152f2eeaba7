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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    pathway_moves (id) {
        id -> Id,
        practitioner_id -> Id,
        pathway -> Text,
        moved_at -> UtcTime,
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
