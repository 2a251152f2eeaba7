//! Special arrangement: practitioners whose care is not commissioned ask their local commissioner to pay for it first. Requests
//! with their states, time limits and history, approvals with their limits, and the sessions booked on them.

pub mod callers;
pub mod catalogue;
pub mod dto;
pub mod ending;
pub mod funded_sessions;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
mod responders;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::reading::list_funding_requests)
        .service(routes::applying::begin_funding_request)
        .service(routes::reading::get_funding_request)
        .service(routes::applying::complete_funding_request)
        .service(routes::applying::submit_funding_request)
        .service(routes::screening::screen_funding_request)
        .service(routes::screening::request_funding_information)
        .service(routes::applying::give_funding_information)
        .service(routes::screening::send_funding_request_to_panel)
        .service(routes::deciding::decide_funding_request)
        .service(routes::applying::ask_funding_reconsideration)
        .service(routes::applying::appeal_funding_decision)
        .service(routes::applying::withdraw_funding_request)
        .service(routes::unfunded::list_uncovered_appointments)
        .service(routes::unfunded::keep_uncovered_appointment)
        .service(routes::areas::get_commissioned_areas)
        .service(routes::areas::set_commissioned_areas);
}
