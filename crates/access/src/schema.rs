//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    self_checks (id) {
        id -> Id,
        code_tag -> Nullable<Text>,
        taken_on -> Date,
        results -> Binary,
        expires_on -> Nullable<Date>,
        claimed_by -> Nullable<Id>,
        claimed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    contacts (id) {
        id -> Id,
        channel -> Text,
        origin -> Text,
        state -> Text,
        close_reason -> Nullable<Text>,
        needs_today -> Bool,
        details -> Binary,
        phone_index -> Nullable<Text>,
        email_index -> Nullable<Text>,
        code_tag -> Nullable<Text>,
        logged_by -> Nullable<Id>,
        closed_at -> Nullable<UtcTime>,
        unregistered_since -> Nullable<UtcTime>,
        erased_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        addresses_set_by -> Nullable<Id>,
        reference_index -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

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
        duty_notified_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    contact_crises (id) {
        id -> Id,
        contact_id -> Id,
        severity -> Text,
        reported_by -> Nullable<Id>,
        details -> Nullable<Binary>,
        created_at -> UtcTime,
        due_at -> UtcTime,
        handled_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
        retention_starts_at -> Nullable<UtcTime>,
        ended_by_staff_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    contact_hours_changes (id) {
        id -> Id,
        channel -> Text,
        kind -> Text,
        starts_on -> Date,
        closed_on_bank_holidays -> Bool,
        hours -> Text,
        reason -> Nullable<Text>,
        state -> Text,
        proposed_by -> Nullable<Id>,
        proposed_at -> UtcTime,
        approved_by -> Nullable<Id>,
        approved_at -> Nullable<UtcTime>,
        withdrawn_by -> Nullable<Id>,
        withdrawn_at -> Nullable<UtcTime>,
        approved_alone -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
        reminders_sent -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    funded_sessions (id) {
        id -> Id,
        request_id -> Id,
        appointment_id -> Id,
        session -> Text,
        pence -> Integer,
        starts_at -> UtcTime,
        booked_at -> UtcTime,
        cancelled_at -> Nullable<UtcTime>,
        released_at -> Nullable<UtcTime>,
        confirmed_at -> Nullable<UtcTime>,
        confirmed_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    commissioned_areas (account_id, icb_code) {
        account_id -> Id,
        icb_code -> Text,
        set_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    eligibility_rules (id) {
        id -> Id,
        code -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
        priority -> Integer,
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
    use platform::db::types::sql::{Id, UtcTime};

    intake_periods (id) {
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
    use platform::db::types::sql::{Id, UtcTime};

    intake_period_changes (period_id, version) {
        period_id -> Id,
        version -> Integer,
        at -> UtcTime,
        changed_by -> Id,
        starts_on -> Date,
        is_open -> Bool,
        reason -> Text,
        signposts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    confidentiality_reasons (id) {
        id -> Id,
        practitioner_id -> Id,
        state -> Text,
        sealed_words -> Binary,
        decide_by -> Date,
        ended_at -> Nullable<UtcTime>,
        decided_by -> Nullable<Id>,
        sealed_decision -> Nullable<Binary>,
        reminded_at -> Nullable<UtcTime>,
        escalated_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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

diesel::joinable!(invitations -> contacts (contact_id));
diesel::joinable!(funded_sessions -> funding_requests (request_id));

platform::read_together! {
    contact_tasks contacts,
    contacts invitations,
    funding_requests funded_sessions,
}
