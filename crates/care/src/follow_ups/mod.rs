//! Follow-ups: agreed at the end of an appointment, suggested as a booking, and chased when overdue. The state of a follow-up is
//! calculated from appointments and the date whenever it is read; only what people and the service did is stored.

pub mod dto;
pub mod end_of_care;
pub mod in_force;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod policy;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::access_rules::{AccessRule, Facts};
use people::relationships::{Basis, Purpose};

/// Coordinators know of practitioners with an open follow-up.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::FollowUp,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::Sql("SELECT practitioner_id FROM follow_ups WHERE closed_at IS NULL AND practitioner_id {practitioner}"),
}];

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::agreement::create_follow_up)
        .service(routes::reading::list_practitioner_follow_ups)
        .service(routes::reading::list_my_follow_ups)
        .service(routes::reading::list_follow_ups)
        .service(routes::reading::get_follow_up)
        .service(routes::agreement::replace_follow_up)
        .service(routes::agreement::cancel_follow_up)
        .service(routes::tracking::link_follow_up_appointment)
        .service(routes::tracking::record_follow_up_contact_attempt);
}
