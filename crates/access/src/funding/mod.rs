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
