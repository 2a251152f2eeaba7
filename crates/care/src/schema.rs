//! The tables of this crate, the same on SQLite and PostgreSQL. Columns are in the order of the migrations.

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    assessments (id) {
        id -> Id,
        practitioner_id -> Id,
        state -> Text,
        started_at -> UtcTime,
        submitted_at -> Nullable<UtcTime>,
        concluded_at -> Nullable<UtcTime>,
        version -> Integer,
        purpose -> Text,
        requested_by -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    assessment_outcomes (id) {
        id -> Id,
        assessment_id -> Id,
        appointment_id -> Id,
        clinician_id -> Id,
        details -> Binary,
        recorded_at -> UtcTime,
        sealed_outcome -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    risk_alerts (id) {
        id -> Id,
        practitioner_id -> Id,
        assessment_id -> Nullable<Id>,
        questionnaire -> Text,
        raised_at -> UtcTime,
        acknowledged_at -> Nullable<UtcTime>,
        acknowledged_by -> Nullable<Id>,
        note -> Nullable<Binary>,
        self_check_id -> Nullable<Id>,
        closed_at -> Nullable<UtcTime>,
        closed_by -> Nullable<Id>,
        due_at -> Nullable<UtcTime>,
        next_step_at -> Nullable<UtcTime>,
        escalation_level -> Integer,
        escalated_at -> Nullable<UtcTime>,
        last_event_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    risk_alert_events (id) {
        id -> Id,
        alert_id -> Id,
        at -> UtcTime,
        details -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    risk_contact_attempts (id) {
        id -> Id,
        alert_id -> Id,
        at -> UtcTime,
        made_by -> Id,
        details -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    risk_assessments (id) {
        id -> Id,
        practitioner_id -> Id,
        alert_id -> Nullable<Id>,
        clinician_id -> Id,
        recorded_at -> UtcTime,
        details -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    risk_reviews (practitioner_id) {
        practitioner_id -> Id,
        assessment_id -> Id,
        next_step_at -> Nullable<UtcTime>,
        notified_at -> Nullable<UtcTime>,
        coordinators_since -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    clinical_notes (id) {
        id -> Id,
        practitioner_id -> Id,
        appointment_id -> Id,
        author_id -> Id,
        kind -> Text,
        state -> Text,
        content -> Binary,
        shared -> Bool,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        signed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    note_addenda (id) {
        id -> Id,
        note_id -> Id,
        author_id -> Id,
        content -> Binary,
        shared -> Bool,
        created_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    problems (id) {
        id -> Id,
        practitioner_id -> Id,
        state -> Text,
        shared -> Bool,
        content -> Binary,
        version -> Integer,
        recorded_by -> Id,
        recorded_at -> UtcTime,
        changed_by -> Id,
        changed_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    problem_versions (problem_id, version) {
        problem_id -> Id,
        version -> Integer,
        state -> Text,
        shared -> Bool,
        content -> Binary,
        changed_by -> Id,
        changed_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    allergy_statements (id) {
        id -> Id,
        practitioner_id -> Id,
        version -> Integer,
        status -> Text,
        allergies -> Binary,
        recorded_by -> Id,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    care_plans (practitioner_id) {
        practitioner_id -> Id,
        version -> Integer,
        review_on -> Date,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    care_plan_versions (id) {
        id -> Id,
        practitioner_id -> Id,
        version -> Integer,
        review_on -> Date,
        content -> Binary,
        written_by -> Id,
        written_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    prescribers (clinician_id) {
        clinician_id -> Id,
        details -> Binary,
        updated_by -> Id,
        updated_at -> UtcTime,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    prescribing_rights (clinician_id, kind, valid_from) {
        clinician_id -> Id,
        kind -> Text,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    prescriptions (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        assessment_id -> Nullable<Id>,
        short_id -> Text,
        state -> Text,
        kind -> Text,
        content -> Binary,
        signature -> Nullable<Binary>,
        signed_at -> Nullable<UtcTime>,
        valid_from -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        review_on -> Nullable<Date>,
        interval_days -> Integer,
        issues_allowed -> Integer,
        issues_made -> Integer,
        last_issued_at -> Nullable<UtcTime>,
        cancelled_at -> Nullable<UtcTime>,
        cancelled_by -> Nullable<Id>,
        cancel_reason -> Nullable<Text>,
        cancel_note -> Nullable<Binary>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    prescription_issues (id) {
        id -> Id,
        prescription_id -> Id,
        number -> Integer,
        issued_by -> Id,
        issued_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    fit_note_duplicates (id) {
        id -> Id,
        fit_note_id -> Id,
        clinician_id -> Id,
        issued_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    return_to_work_plans (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        content -> Binary,
        proposed_at -> UtcTime,
        agreed_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    follow_ups (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        agreed_by -> Id,
        agreed_appointment_id -> Id,
        agreed_at -> UtcTime,
        due_from -> Date,
        due_by -> Date,
        counts_from -> UtcTime,
        kind -> Text,
        mode -> Nullable<Text>,
        note -> Nullable<Binary>,
        note_shared -> Bool,
        appointment_id -> Nullable<Id>,
        reminded_at -> Nullable<UtcTime>,
        chase_count -> Integer,
        last_chased_at -> Nullable<UtcTime>,
        call_due_at -> Nullable<UtcTime>,
        next_step_at -> Nullable<UtcTime>,
        closed_at -> Nullable<UtcTime>,
        closed_as -> Nullable<Text>,
        closed_by -> Nullable<Id>,
        cancel_reason -> Nullable<Text>,
        cancel_note -> Nullable<Binary>,
        version -> Integer,
        updated_at -> UtcTime,
        terms -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    follow_up_contacts (id) {
        id -> Id,
        follow_up_id -> Id,
        at -> UtcTime,
        made_by -> Id,
        outcome -> Text,
        note -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    therapy_groups (id) {
        id -> Id,
        kind -> Text,
        record_type -> Text,
        topic -> Text,
        audience -> Text,
        state -> Text,
        details -> Binary,
        capacity -> Integer,
        minimum -> Integer,
        starts_on -> Date,
        starts_local -> Time,
        minutes -> Integer,
        every_weeks -> Integer,
        planned_sessions -> Nullable<Integer>,
        closes_at_session -> Nullable<Integer>,
        enrolment_closes_at -> Nullable<UtcTime>,
        mode -> Text,
        sessions_until -> Date,
        created_by -> Id,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_facilitators (group_id, clinician_id) {
        group_id -> Id,
        clinician_id -> Id,
        position -> Integer,
        willing_to_meet -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_sessions (id) {
        id -> Id,
        group_id -> Id,
        record_type -> Text,
        planned_on -> Date,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        state -> Text,
        moved -> Bool,
        reason -> Nullable<Binary>,
        head_count -> Nullable<Integer>,
        recorded_by -> Nullable<Id>,
        recorded_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_screenings (id) {
        id -> Id,
        group_id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        notes -> Nullable<Binary>,
        recorded_at -> UtcTime,
        sealed_verdict -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_rescreenings (group_id, practitioner_id) {
        group_id -> Id,
        practitioner_id -> Id,
        required_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_enrolments (id) {
        id -> Id,
        group_id -> Id,
        audience -> Text,
        practitioner_id -> Nullable<Id>,
        state -> Text,
        seat -> Nullable<Integer>,
        details -> Binary,
        willing_to_meet -> Text,
        requested_at -> UtcTime,
        offer_expires_at -> Nullable<UtcTime>,
        enrolled_at -> Nullable<UtcTime>,
        ended_at -> Nullable<UtcTime>,
        created_by -> Id,
        version -> Integer,
        updated_at -> UtcTime,
        willing_since -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    conflict_tasks (id) {
        id -> Id,
        kind -> Text,
        arrangement_id -> Id,
        practitioner_id -> Id,
        clinician_id -> Nullable<Id>,
        starts_at -> Nullable<UtcTime>,
        opened_at -> UtcTime,
        due_at -> UtcTime,
        taken_by -> Nullable<Id>,
        taken_at -> Nullable<UtcTime>,
        done_at -> Nullable<UtcTime>,
        done_by -> Nullable<Id>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_agreements (group_id, one_id, other_id) {
        group_id -> Id,
        one_id -> Id,
        other_id -> Id,
        ground -> Text,
        relied_on_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_attendances (session_id, enrolment_id) {
        session_id -> Id,
        enrolment_id -> Id,
        attendance -> Text,
        recorded_by -> Id,
        first_recorded_at -> UtcTime,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    group_notes (id) {
        id -> Id,
        session_id -> Id,
        record_type -> Text,
        enrolment_id -> Id,
        practitioner_id -> Id,
        author_id -> Id,
        content -> Binary,
        signed_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
    use platform::db::types::sql::{Id, UtcTime};

    feedback_releases (id) {
        id -> Id,
        released_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

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
        shuffle_key -> Nullable<Id>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    feedback_invitations (id) {
        id -> Id,
        practitioner_id -> Id,
        appointment_id -> Nullable<Id>,
        discharge_id -> Nullable<Id>,
        sent -> Bool,
        decided_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    duty_periods (id) {
        id -> Id,
        clinician_id -> Id,
        starts_at -> UtcTime,
        ends_at -> UtcTime,
        proposed_by -> Id,
        created_at -> UtcTime,
        confirmed_by -> Nullable<Id>,
        confirmed_at -> Nullable<UtcTime>,
        ended_by -> Nullable<Id>,
        ended_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    prescribing_details (id) {
        id -> Id,
        practitioner_id -> Id,
        version -> Integer,
        details -> Binary,
        recorded_by -> Id,
        recorded_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    safety_plan_versions (id) {
        id -> Id,
        practitioner_id -> Id,
        version -> Integer,
        sealed_plan -> Binary,
        written_by -> Id,
        written_at -> UtcTime,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    letters (id) {
        id -> Id,
        practitioner_id -> Id,
        clinician_id -> Id,
        state -> Text,
        sealed_content -> Binary,
        agreed_tag -> Nullable<Text>,
        sealed_sending -> Nullable<Binary>,
        proposed_at -> Nullable<UtcTime>,
        agreed_at -> Nullable<UtcTime>,
        sent_at -> Nullable<UtcTime>,
        withdrawn_at -> Nullable<UtcTime>,
        version -> Integer,
        created_at -> UtcTime,
        updated_at -> UtcTime,
        unsendable_notified_at -> Nullable<UtcTime>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use platform::db::types::sql::{Id, UtcTime};

    letter_events (id) {
        id -> Id,
        letter_id -> Id,
        event -> Text,
        actor_id -> Id,
        sealed_reason -> Nullable<Binary>,
        at -> UtcTime,
    }
}

diesel::joinable!(assessment_answers -> assessments (assessment_id));
diesel::joinable!(group_facilitators -> therapy_groups (group_id));
diesel::joinable!(group_notes -> group_sessions (session_id));
diesel::joinable!(feedback -> feedback_releases (release_id));

platform::read_together! {
    assessments assessment_answers,
    clinical_notes note_addenda,
    feedback_releases feedback,
    group_facilitators group_sessions,
    group_sessions group_enrolments,
    group_sessions group_notes,
    therapy_groups group_facilitators,
}
