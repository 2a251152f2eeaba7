//! The tables of this crate as both engines have them. Column order is that of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    calendar_changes (id) {
        id -> Id,
        message_id -> Id,
        position -> Integer,
        kind -> Text,
        subject_id -> Id,
        old_starts_at -> Nullable<UtcTime>,
        new_starts_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    clinicians (id) {
        id -> Id,
        name -> Binary,
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
    use platform::db::types::sql::{Id, UtcTime};

    clinician_specialisms (clinician_id, specialism) {
        clinician_id -> Id,
        specialism -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    clinician_languages (clinician_id, language) {
        clinician_id -> Id,
        language -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
        slots_until -> Date,
        ended_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        on_bank_holidays -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    absences (id) {
        id -> Id,
        clinician_id -> Id,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        note -> Nullable<Binary>,
        created_at -> UtcTime,
        reserved_for -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

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
        attendance_recorded_at -> Nullable<UtcTime>,
        moves -> Integer,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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

diesel::joinable!(slots -> clinicians (clinician_id));
diesel::joinable!(appointments -> clinicians (clinician_id));

platform::read_together! {
    clinician_languages slots,
    clinician_specialisms slots,
    clinicians appointments,
    clinicians clinician_languages,
    clinicians clinician_specialisms,
    clinicians slots,
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    slot_updates (clinician_id) {
        clinician_id -> Id,
        requested_by -> Id,
        requested_at -> UtcTime,
    }
}
