//! Group therapy: programmes by topic, screening, places, conflicts between members, sessions and their records.
//!
//! What a practitioner sees never depends on who else is in a group, so that asking reveals nothing about the members.
//! `rules/places.rs` explains how this is done, and `rules/conflicts.rs` decides which two people may be in one group.

mod attendees;
pub mod dto;
pub mod end_of_care;
mod messages;
pub mod model;
pub mod notifications;
pub mod place_conflicts;
mod places;
pub mod queries;
mod routes;
pub mod rules;
mod timetable;

pub use places::reassign_expired_offers;
pub use timetable::extend_timetables;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::access_rules::{AccessRule, Facts, LAPSES_AFTER_DAYS};
use people::relationships::{Basis, Purpose};

/// Coordinators know of practitioners who have, are offered or wait for a place in a group that has not ended. Waiting lapses when nothing
/// has changed for a time: a group can stay open for years, and a coordinator can put someone on its list during a call.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::Group,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::SqlSince(
        "SELECT e.practitioner_id FROM group_enrolments e JOIN therapy_groups g ON g.id = e.group_id \
         WHERE e.state IN ('waiting', 'offered', 'enrolled') AND (e.state <> 'waiting' OR e.updated_at > {since}) \
         AND g.state IN ('forming', 'running') AND e.practitioner_id {practitioner}",
        LAPSES_AFTER_DAYS,
    ),
}];

/// Registers the operations of group therapy.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::programmes::create_group)
        .service(routes::reading::list_groups)
        .service(routes::reading::get_group)
        .service(routes::programmes::replace_group)
        .service(routes::lifecycle::start_group)
        .service(routes::lifecycle::end_group)
        .service(routes::lifecycle::replace_facilitator_willingness)
        .service(routes::screening::record_group_screening)
        .service(routes::enrolling::create_group_enrolment)
        .service(routes::enrolling::create_group_guest)
        .service(routes::enrolling::list_group_enrolments)
        .service(routes::membership::join_group_waiting_list)
        .service(routes::enrolling::list_my_group_enrolments)
        .service(routes::enrolling::get_group_enrolment)
        .service(routes::membership::update_group_enrolment)
        .service(routes::membership::accept_group_place)
        .service(routes::membership::leave_group)
        .service(routes::membership::remove_group_member)
        .service(routes::sessions::list_sessions_of_group)
        .service(routes::sessions::list_group_sessions)
        .service(routes::sessions::get_group_session)
        .service(routes::sessions::move_group_session)
        .service(routes::sessions::cancel_group_session)
        .service(routes::attendance::record_group_attendance)
        .service(routes::notes::create_group_note)
        .service(routes::notes::get_group_note)
        .service(routes::notes::replace_group_note)
        .service(routes::notes::sign_group_note)
        .service(routes::notes::list_group_notes);
}
