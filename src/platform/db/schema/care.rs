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
        purpose -> Text,
        asked_by -> Nullable<Id>,
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

// groups

// feedback
