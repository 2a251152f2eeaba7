//! Tables of the care floor, room by room.

// assessment

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

// records

// prescriptions

// fit_notes

// follow_ups

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    follow_ups (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        agreed_by -> Id,
        agreed_in -> Id,
        agreed_at -> UtcTime,
        purpose -> Text,
        due_from -> Date,
        due_by -> Date,
        counts_from -> UtcTime,
        kind -> Text,
        mode -> Nullable<Text>,
        questionnaire -> Nullable<Text>,
        note -> Nullable<Binary>,
        note_shared -> Bool,
        appointment_id -> Nullable<Id>,
        reminded_at -> Nullable<UtcTime>,
        chased -> Integer,
        last_chased_at -> Nullable<UtcTime>,
        call_due_at -> Nullable<UtcTime>,
        look_at -> Nullable<UtcTime>,
        closed_at -> Nullable<UtcTime>,
        closed_as -> Nullable<Text>,
        closed_by -> Nullable<Id>,
        cancel_reason -> Nullable<Text>,
        cancel_note -> Nullable<Binary>,
        version -> Integer,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    follow_up_contacts (id) {
        id -> Id,
        follow_up_id -> Id,
        at -> UtcTime,
        made_by -> Id,
        outcome -> Text,
        note -> Nullable<Binary>,
    }
}

// groups

// feedback
