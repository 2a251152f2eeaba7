//! The tables as both engines have them. Column order is that of the migrations.

#![allow(missing_docs, reason = "the macros make items that cannot carry docs; the migrations say what each column is for")]

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    outbox (id) {
        id -> Id,
        kind -> Text,
        message -> Binary,
        state -> Text,
        attempts -> Integer,
        due_at -> UtcTime,
        created_at -> UtcTime,
        sent_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    audit_events (id) {
        id -> Id,
        at -> UtcTime,
        actor_id -> Nullable<Id>,
        actor_role -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Nullable<Id>,
        chain_number -> Nullable<BigInt>,
        chain_hash -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    idempotency_keys (caller_id, key) {
        caller_id -> Id,
        key -> Text,
        request_hash -> Text,
        answer -> Nullable<Binary>,
        created_at -> UtcTime,
    }
}

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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    clinicians (id) {
        id -> Id,
        name -> Binary,
        name_index -> Text,
        discipline -> Text,
        gender -> Text,
        region -> Text,
        place -> Text,
        biography -> Text,
        details -> Binary,
        employer_index -> Nullable<Text>,
        registration_index -> Nullable<Text>,
        listed -> Bool,
        version -> Integer,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    clinician_specialisms (clinician_id, specialism) {
        clinician_id -> Id,
        specialism -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    clinician_languages (clinician_id, language) {
        clinician_id -> Id,
        language -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    clinics (id) {
        id -> Id,
        clinician_id -> Id,
        weekday -> Integer,
        starts_local -> Time,
        ends_local -> Time,
        slot_minutes -> Integer,
        gap_minutes -> Integer,
        kind -> Text,
        mode -> Text,
        place -> Nullable<Text>,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        laid_out_until -> Date,
        ended_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    absences (id) {
        id -> Id,
        clinician_id -> Id,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        note -> Nullable<Binary>,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    slots (id) {
        id -> Id,
        clinician_id -> Id,
        clinic_id -> Id,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        kind -> Text,
        mode -> Text,
        place -> Nullable<Text>,
        state -> Text,
        held_by -> Nullable<Id>,
        held_until -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    appointments (id) {
        id -> Id,
        slot_id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        kind -> Text,
        mode -> Text,
        place -> Nullable<Text>,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        status -> Text,
        arrangements -> Nullable<Binary>,
        booked_by -> Id,
        orphaned_at -> Nullable<UtcTime>,
        cancelled_at -> Nullable<UtcTime>,
        cancel_reason -> Nullable<Text>,
        attendance -> Nullable<Text>,
        attendance_at -> Nullable<UtcTime>,
        moves -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    appointment_events (id) {
        id -> Id,
        appointment_id -> Id,
        at -> UtcTime,
        actor_id -> Id,
        event -> Text,
        slot_id -> Id,
        starts_at -> UtcTime,
        clinician_id -> Id,
        detail -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    assessments (id) {
        id -> Id,
        practitioner_id -> Id,
        state -> Text,
        started_at -> UtcTime,
        submitted_at -> Nullable<UtcTime>,
        concluded_at -> Nullable<UtcTime>,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    assessment_answers (assessment_id, questionnaire) {
        assessment_id -> Id,
        questionnaire -> Text,
        questionnaire_version -> Text,
        answers -> Binary,
        score -> Binary,
        answered_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    assessment_outcomes (id) {
        id -> Id,
        assessment_id -> Id,
        appointment_id -> Id,
        clinician_id -> Id,
        outcome -> Text,
        details -> Binary,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    risk_alerts (id) {
        id -> Id,
        practitioner_id -> Id,
        assessment_id -> Id,
        questionnaire -> Text,
        raised_at -> UtcTime,
        acknowledged_at -> Nullable<UtcTime>,
        acknowledged_by -> Nullable<Id>,
        note -> Nullable<Binary>,
    }
}

diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(one_time_tokens -> accounts (account_id));
diesel::joinable!(practitioners -> accounts (id));
diesel::joinable!(blocked_colleagues -> practitioners (practitioner_id));
diesel::joinable!(blocked_colleagues -> accounts (clinician_id));
diesel::joinable!(hub_coverage -> hubs (hub_id));
diesel::joinable!(clinicians -> accounts (id));
diesel::joinable!(clinician_specialisms -> clinicians (clinician_id));
diesel::joinable!(clinician_languages -> clinicians (clinician_id));
diesel::joinable!(clinics -> clinicians (clinician_id));
diesel::joinable!(absences -> clinicians (clinician_id));
diesel::joinable!(slots -> clinicians (clinician_id));
diesel::joinable!(slots -> clinics (clinic_id));
diesel::joinable!(slots -> practitioners (held_by));
diesel::joinable!(appointments -> slots (slot_id));
diesel::joinable!(appointments -> practitioners (practitioner_id));
diesel::joinable!(appointments -> clinicians (clinician_id));
diesel::joinable!(appointments -> accounts (booked_by));
diesel::joinable!(appointment_events -> appointments (appointment_id));
diesel::joinable!(appointment_events -> accounts (actor_id));
diesel::joinable!(appointment_events -> slots (slot_id));
diesel::joinable!(appointment_events -> clinicians (clinician_id));
diesel::joinable!(assessments -> practitioners (practitioner_id));
diesel::joinable!(assessment_answers -> assessments (assessment_id));
diesel::joinable!(assessment_outcomes -> assessments (assessment_id));
diesel::joinable!(assessment_outcomes -> appointments (appointment_id));
diesel::joinable!(assessment_outcomes -> clinicians (clinician_id));
diesel::joinable!(risk_alerts -> practitioners (practitioner_id));
diesel::joinable!(risk_alerts -> assessments (assessment_id));
diesel::joinable!(risk_alerts -> accounts (acknowledged_by));

diesel::allow_tables_to_appear_in_same_query!(
    outbox,
    audit_events,
    idempotency_keys,
    accounts,
    sessions,
    one_time_tokens,
    practitioners,
    blocked_colleagues,
    hubs,
    hub_coverage,
    clinicians,
    clinician_specialisms,
    clinician_languages,
    clinics,
    absences,
    slots,
    appointments,
    appointment_events,
    assessments,
    assessment_answers,
    assessment_outcomes,
    risk_alerts
);
