//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
        retention_check_on -> Nullable<Date>,
        registration_compared -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    blocked_colleague_keys (blocked_id, value_index) {
        blocked_id -> Id,
        value_index -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    pathway_changes (id) {
        id -> Id,
        practitioner_id -> Id,
        pathway -> Text,
        changed_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    message_preferences (practitioner_id) {
        practitioner_id -> Id,
        channel -> Text,
        quiet_from -> Nullable<Integer>,
        quiet_until -> Nullable<Integer>,
        wording -> Text,
        reminders -> Bool,
        details -> Binary,
        mobile_verified_at -> Nullable<UtcTime>,
        code_tag -> Nullable<Text>,
        code_sent_at -> Nullable<UtcTime>,
        code_tries -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        sealed_calls -> Nullable<Binary>,
        mobile_index -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    care_episodes (id) {
        id -> Id,
        practitioner_id -> Id,
        lead_clinician_id -> Id,
        started_at -> UtcTime,
        ended_at -> Nullable<UtcTime>,
        ended_by -> Nullable<Id>,
        end_reason -> Nullable<Text>,
        readable_until -> Nullable<UtcTime>,
        summary -> Nullable<Binary>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    care_episode_events (id) {
        id -> Id,
        episode_id -> Id,
        at -> UtcTime,
        actor_id -> Id,
        event -> Text,
        clinician_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    gp_sharing_statements (id) {
        id -> Id,
        practitioner_id -> Id,
        version -> Integer,
        consent -> Text,
        method -> Text,
        details -> Binary,
        recorded_by -> Id,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    identity_entries (id) {
        id -> Id,
        account_id -> Id,
        kind -> Text,
        value -> Binary,
        value_index -> Text,
        name_form -> Integer,
        held_from -> UtcTime,
        held_until -> Nullable<UtcTime>,
        lapsed -> Bool,
        set_by -> Nullable<Id>,
        ended_by -> Nullable<Id>,
        reason -> Nullable<Binary>,
        end_reason -> Nullable<Binary>,
        approved_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    staff_changes (id) {
        id -> Id,
        account_id -> Id,
        kind -> Text,
        record_id -> Id,
        payload -> Binary,
        reason -> Binary,
        status -> Text,
        proposed_by -> Id,
        proposed_at -> UtcTime,
        expires_at -> UtcTime,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<UtcTime>,
        decision_reason -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    sign_in_locations (account_id, location_index) {
        account_id -> Id,
        location_index -> Text,
        last_seen_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    identity_entry_keys (entry_id, value_index) {
        entry_id -> Id,
        value_index -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    granted_access (id) {
        id -> Id,
        kind -> Text,
        staff_id -> Id,
        practitioner_id -> Id,
        reason -> Nullable<Binary>,
        granted_at -> UtcTime,
        expires_at -> UtcTime,
        ended_at -> Nullable<UtcTime>,
        reviewed_at -> Nullable<UtcTime>,
        reviewed_by -> Nullable<Id>,
        review -> Nullable<Binary>,
        informed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    audit_flags (id) {
        id -> Id,
        kind -> Text,
        actor_id -> Id,
        day -> Date,
        count -> Integer,
        created_at -> UtcTime,
        reviewed_by -> Nullable<Id>,
        reviewed_at -> Nullable<UtcTime>,
        outcome -> Nullable<Text>,
        note -> Nullable<Binary>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    retention_reviews (id) {
        id -> Id,
        practitioner_id -> Id,
        state -> Text,
        due_on -> Date,
        sealed_findings -> Binary,
        decided_by -> Nullable<Id>,
        decided_at -> Nullable<UtcTime>,
        sealed_decision -> Nullable<Binary>,
        kept_until -> Nullable<Date>,
        confirmed_by -> Nullable<Id>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    retention_holds (id) {
        id -> Id,
        practitioner_id -> Id,
        sealed_grounds -> Binary,
        set_by -> Id,
        set_at -> UtcTime,
        lifted_by -> Nullable<Id>,
        lifted_at -> Nullable<UtcTime>,
        sealed_lifting -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    destruction_certificates (id) {
        id -> Id,
        practitioner_id -> Id,
        reference -> Text,
        due_on -> Date,
        decided_by -> Id,
        decided_at -> UtcTime,
        confirmed_by -> Id,
        destroyed_at -> UtcTime,
        sealed_counts -> Binary,
    }
}

diesel::joinable!(sessions -> accounts (account_id));

platform::read_together! {
    identity_entries accounts,
    identity_entries practitioners,
    accounts sessions,
}
