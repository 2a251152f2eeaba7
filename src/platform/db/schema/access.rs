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
        name_form -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    blocked_colleague_keys (blocked_id, value_index) {
        blocked_id -> Id,
        value_index -> Text,
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

    calendar_changes (id) {
        id -> Id,
        message_id -> Id,
        place -> Integer,
        what -> Text,
        subject_id -> Id,
        from_at -> Nullable<UtcTime>,
        to_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    calendar_message_preferences (clinician_id) {
        clinician_id -> Id,
        calendar -> Text,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

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
        nations -> Text,
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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    contacts (id) {
        id -> Id,
        channel -> Text,
        origin -> Text,
        state -> Text,
        ending -> Nullable<Text>,
        needs_today -> Bool,
        details -> Binary,
        phone_index -> Nullable<Text>,
        email_index -> Nullable<Text>,
        code_tag -> Nullable<Text>,
        logged_by -> Nullable<Id>,
        closed_at -> Nullable<UtcTime>,
        unregistered_since -> Nullable<UtcTime>,
        forgotten_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    contact_triages (id) {
        id -> Id,
        contact_id -> Id,
        at -> UtcTime,
        triaged_by -> Id,
        needs -> Text,
        next_step -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    contact_tasks (id) {
        id -> Id,
        contact_id -> Id,
        kind -> Text,
        state -> Text,
        raised_at -> UtcTime,
        due_at -> UtcTime,
        taken_at -> Nullable<UtcTime>,
        taken_by -> Nullable<Id>,
        done_at -> Nullable<UtcTime>,
        done_by -> Nullable<Id>,
        note -> Nullable<Binary>,
        reminded_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    invitations (id) {
        id -> Id,
        origin -> Text,
        subject_id -> Id,
        contact_id -> Nullable<Id>,
        channel -> Text,
        token_tag -> Text,
        details -> Binary,
        issued_by -> Nullable<Id>,
        message_id -> Nullable<Id>,
        created_at -> UtcTime,
        expires_at -> UtcTime,
        used_at -> Nullable<UtcTime>,
        revoked_at -> Nullable<UtcTime>,
        practitioner_id -> Nullable<Id>,
        kept_since -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    contact_hours (id) {
        id -> Id,
        channel -> Text,
        kind -> Text,
        starts_on -> Date,
        closed_on_bank_holidays -> Bool,
        hours -> Text,
        reason -> Nullable<Text>,
        set_by -> Nullable<Id>,
        created_at -> UtcTime,
    }
}

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

    eligibility_rules (id) {
        id -> Id,
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        place -> Integer,
        conditions -> Text,
        decision -> Text,
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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

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
    use crate::platform::db::types::sql::{Id, UtcTime};

    hub_teams (hub_id, discipline) {
        hub_id -> Id,
        discipline -> Text,
        people -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

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
    use crate::platform::db::types::sql::{Id, UtcTime};

    area_places (kind, code, icb_code, valid_from) {
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
    use crate::platform::db::types::sql::{Id, UtcTime};

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
    use crate::platform::db::types::sql::{Id, UtcTime};

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

// outreach

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

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
        handed_in_by -> Nullable<Id>,
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
    use crate::platform::db::types::sql::{Id, UtcTime};

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
    use crate::platform::db::types::sql::UtcTime;

    outreach_opt_outs (address_index) {
        address_index -> Text,
        at -> UtcTime,
        source -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    pending_registrations (id) {
        id -> Id,
        email_index -> Text,
        form -> Binary,
        token_hash -> Nullable<Text>,
        tries -> Integer,
        created_at -> UtcTime,
        expires_at -> UtcTime,
    }
}
