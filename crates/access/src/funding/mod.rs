//! Special arrangement: practitioners whose care is not commissioned ask their local commissioner to pay for it first. Requests
//! with their states, time limits and history, approvals with their limits, and the sessions booked on them.

pub mod callers;
pub mod catalogue;
pub mod dto;
pub mod ending;
pub mod funded_sessions;
pub mod in_force;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
mod responders;
mod routes;
pub mod rules;

pub use routes::areas::COMMISSIONED_AREAS;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::access_rules::{AccessRule, Facts, LAPSES_AFTER_DAYS};
use people::relationships::{Basis, Purpose};

/// Coordinators know of practitioners whose funding is undecided, and for two weeks after the decision, to arrange what follows. A request
/// that no one has decided lapses when it has not changed for a time. A draft counts for a limited time from its creation, because a
/// coordinator can create one and never submit it.
pub const ACCESS_RULES: &[AccessRule] = &[
    funding(Facts::SqlSince(
        "SELECT practitioner_id FROM funding_requests WHERE decided_at > {since} AND practitioner_id {practitioner}",
        14,
    )),
    funding(Facts::SqlSince(
        "SELECT practitioner_id FROM funding_requests WHERE state IN ('submitted', 'screening', 'information_requested', 'panel', \
         'reconsideration', 'appeal') AND updated_at > {since} AND practitioner_id {practitioner}",
        LAPSES_AFTER_DAYS,
    )),
    funding(Facts::SqlSince(
        "SELECT practitioner_id FROM funding_requests WHERE state = 'draft' AND created_at > {since} AND practitioner_id {practitioner}",
        DRAFT_COUNTS_DAYS,
    )),
];

/// For so many days from its creation a draft is a reason for coordinators to know of the practitioner.
const DRAFT_COUNTS_DAYS: i64 = 30;

const fn funding(facts: Facts) -> AccessRule {
    AccessRule {
        basis: Basis::Funding,
        roles: &[Role::Coordinator],
        purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
        facts,
    }
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::reading::list_funding_requests)
        .service(routes::applying::create_funding_request)
        .service(routes::reading::get_funding_request)
        .service(routes::applying::replace_funding_request)
        .service(routes::applying::submit_funding_request)
        .service(routes::screening::screen_funding_request)
        .service(routes::screening::request_funding_information)
        .service(routes::applying::provide_funding_information)
        .service(routes::screening::send_funding_request_to_panel)
        .service(routes::deciding::decide_funding_request)
        .service(routes::applying::request_funding_reconsideration)
        .service(routes::applying::appeal_funding_request)
        .service(routes::applying::withdraw_funding_request)
        .service(routes::unfunded::list_unfunded_appointments)
        .service(routes::unfunded::confirm_unfunded_appointment)
        .service(routes::areas::get_commissioned_areas)
        .service(routes::areas::replace_commissioned_areas);
}
