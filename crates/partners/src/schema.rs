//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hubs (id) {
        id -> Id,
        name -> Text,
        region -> Text,
        opened_on -> Date,
        closed_on -> Nullable<Date>,
        help -> Text,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_coverage (hub_id, icb_code, valid_from) {
        hub_id -> Id,
        icb_code -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_channels (id) {
        id -> Id,
        hub_id -> Id,
        channel -> Text,
        contact -> Text,
        hours -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_teams (hub_id, discipline) {
        hub_id -> Id,
        discipline -> Text,
        people -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_coordinators (hub_id, account_id) {
        hub_id -> Id,
        account_id -> Id,
        employer_index -> Nullable<Text>,
        assigned_by -> Id,
        assigned_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    area_assignments (kind, code, icb_code, valid_from) {
        kind -> Text,
        code -> Text,
        icb_code -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        name -> Nullable<Text>,
        confirmed -> Bool,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_referrals (id) {
        id -> Id,
        kind -> Text,
        hub_id -> Id,
        practitioner_id -> Nullable<Id>,
        contact_id -> Nullable<Id>,
        made_by -> Id,
        state -> Text,
        details -> Binary,
        consented_at -> Nullable<UtcTime>,
        consent_withdrawn_at -> Nullable<UtcTime>,
        code_tag -> Nullable<Text>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    hub_referral_events (id) {
        id -> Id,
        referral_id -> Id,
        number -> Integer,
        at -> UtcTime,
        actor_id -> Nullable<Id>,
        party -> Text,
        event -> Text,
        state -> Text,
        details -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    outreach_campaigns (id) {
        id -> Id,
        kind -> Text,
        state -> Text,
        reason -> Text,
        wording -> Text,
        by_email -> Bool,
        by_text -> Bool,
        per_hour -> Integer,
        quiet_from -> Integer,
        quiet_until -> Integer,
        starts_at -> UtcTime,
        ends_on -> Date,
        details -> Binary,
        created_by -> Id,
        submitted_by -> Nullable<Id>,
        released_by -> Nullable<Id>,
        released_at -> Nullable<UtcTime>,
        next_at -> Nullable<UtcTime>,
        closed_at -> Nullable<UtcTime>,
        counts -> Nullable<Binary>,
        erased_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    outreach_recipients (id) {
        id -> Id,
        campaign_id -> Id,
        state -> Text,
        channel -> Text,
        address -> Binary,
        address_index -> Text,
        token_tag -> Nullable<Text>,
        message_id -> Nullable<Id>,
        sent_at -> Nullable<UtcTime>,
        delivery -> Nullable<Text>,
        response -> Nullable<Text>,
        responded_at -> Nullable<UtcTime>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::UtcTime;

    outreach_opt_outs (address_index) {
        address_index -> Text,
        at -> UtcTime,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    outreach_team_requests (id) {
        id -> Id,
        campaign_id -> Id,
        state -> Text,
        details -> Binary,
        taken_by -> Nullable<Id>,
        taken_at -> Nullable<UtcTime>,
        done_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
    }
}

diesel::joinable!(hub_coordinators -> hubs (hub_id));

platform::read_together! {
    hubs hub_coordinators,
}
