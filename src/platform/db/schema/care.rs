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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    entered_scores (id) {
        id -> Id,
        practitioner_id -> Id,
        questionnaire -> Text,
        questionnaire_version -> Text,
        score -> Binary,
        entered_by -> Id,
        entered_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    feedback_releases (id) {
        id -> Id,
        released_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    feedback (id) {
        id -> Id,
        practitioner_id -> Id,
        about -> Text,
        appointment_id -> Nullable<Id>,
        discharge_id -> Nullable<Id>,
        clinician_id -> Nullable<Id>,
        ratings -> Binary,
        comment -> Nullable<Binary>,
        comment_for -> Nullable<Text>,
        given_at -> UtcTime,
        release_id -> Nullable<Id>,
        shuffled -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    feedback_invitations (id) {
        id -> Id,
        practitioner_id -> Id,
        appointment_id -> Nullable<Id>,
        discharge_id -> Nullable<Id>,
        sent -> Bool,
        decided_at -> UtcTime,
    }
}
