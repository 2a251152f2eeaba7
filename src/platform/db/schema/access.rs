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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::UtcTime;

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
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    signpost_changes (signpost_id, version) {
        signpost_id -> Text,
        version -> Integer,
        at -> UtcTime,
        changed_by -> Nullable<Id>,
        change -> Text,
        content -> Text,
    }
}

// self_check

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    self_checks (id) {
        id -> Id,
        token_tag -> Nullable<Text>,
        taken_on -> Date,
        results -> Binary,
        expires_on -> Nullable<Date>,
        claimed_by -> Nullable<Id>,
        claimed_at -> Nullable<UtcTime>,
    }
}

// contacts

// funding

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    funding_requests (id) {
        id -> Id,
        practitioner_id -> Id,
        icb_code -> Nullable<Text>,
        state -> Text,
        details -> Binary,
        consented_at -> Nullable<UtcTime>,
        submitted_at -> Nullable<UtcTime>,
        sent_at -> Nullable<UtcTime>,
        panel_on -> Nullable<Date>,
        decided_at -> Nullable<UtcTime>,
        sessions_limit -> Nullable<Integer>,
        sessions_used -> Integer,
        amount_limit_pence -> Nullable<Integer>,
        amount_used_pence -> Integer,
        valid_until -> Nullable<Date>,
        due_on -> Nullable<Date>,
        reminded -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    funding_events (id) {
        id -> Id,
        request_id -> Id,
        number -> Integer,
        at -> UtcTime,
        actor_id -> Nullable<Id>,
        actor_role -> Text,
        event -> Text,
        state -> Text,
        details -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    funding_uses (id) {
        id -> Id,
        request_id -> Id,
        appointment_id -> Id,
        session -> Text,
        pence -> Integer,
        starts_at -> UtcTime,
        booked_at -> UtcTime,
        called_off_at -> Nullable<UtcTime>,
        given_back_at -> Nullable<UtcTime>,
        kept_at -> Nullable<UtcTime>,
        kept_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    commissioned_areas (account_id, icb_code) {
        account_id -> Id,
        icb_code -> Text,
        set_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    intake_switches (id) {
        id -> Id,
        cohort -> Text,
        starts_on -> Date,
        is_open -> Bool,
        reason_code -> Text,
        reason -> Text,
        signposts -> Text,
        source -> Text,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    intake_switch_changes (switch_id, version) {
        switch_id -> Id,
        version -> Integer,
        at -> UtcTime,
        changed_by -> Id,
        starts_on -> Date,
        is_open -> Bool,
        reason -> Text,
        signposts -> Text,
    }
}

// hub referrals

// outreach
