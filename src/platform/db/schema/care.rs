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

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    fit_notes (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        appointment_id -> Nullable<Id>,
        report_index -> Nullable<Text>,
        content -> Binary,
        record -> Binary,
        code_tag -> Text,
        issued_at -> UtcTime,
        withdrawn_at -> Nullable<UtcTime>,
        withdrawn_by -> Nullable<Id>,
        withdrawal -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    fit_note_duplicates (id) {
        id -> Id,
        fit_note_id -> Id,
        clinician_id -> Id,
        issued_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::platform::db::types::sql::{Id, UtcTime};

    return_to_work_plans (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        content -> Binary,
        proposed_at -> UtcTime,
        agreed_at -> Nullable<UtcTime>,
    }
}

// follow_ups

// groups

// feedback
