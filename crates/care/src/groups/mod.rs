//! Group therapy: programmes by topic, screening, places, conflicts between members, sessions and their records.
//!
//! What a practitioner sees never depends on who else is in a group, so that asking reveals nothing about the members.
//! `rules/places.rs` explains how this is done, and `rules/conflicts.rs` decides which two people may be in one group.

mod acquaintance;
pub mod dto;
pub mod ending;
mod letters;
pub mod model;
pub mod notices;
mod places;
pub mod queries;
mod routes;
pub mod rules;
pub mod separation;
mod timetable;

pub use places::reassign_expired_offers;
pub use timetable::extend_timetables;

use platform::http::operations::ServiceConfig;

/// Registers the operations of group therapy.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::programmes::create_group)
        .service(routes::reading::list_groups)
        .service(routes::reading::get_group)
        .service(routes::programmes::replace_group)
        .service(routes::life::start_group)
        .service(routes::life::end_group)
        .service(routes::life::replace_facilitator_agreement)
        .service(routes::screening::record_screening)
        .service(routes::enrolling::enrol_in_group)
        .service(routes::enrolling::enrol_guest)
        .service(routes::enrolling::list_enrolments)
        .service(routes::waiting::join_waiting_list)
        .service(routes::enrolling::list_my_enrolments)
        .service(routes::enrolling::get_enrolment)
        .service(routes::waiting::change_enrolment)
        .service(routes::waiting::accept_place)
        .service(routes::waiting::leave_group)
        .service(routes::waiting::remove_from_group)
        .service(routes::sessions::list_group_sessions)
        .service(routes::sessions::list_sessions)
        .service(routes::sessions::get_session)
        .service(routes::sessions::move_session)
        .service(routes::sessions::cancel_session)
        .service(routes::records::record_attendance)
        .service(routes::notes::write_note)
        .service(routes::notes::get_note)
        .service(routes::notes::replace_note)
        .service(routes::notes::sign_note)
        .service(routes::notes::list_notes);
}
