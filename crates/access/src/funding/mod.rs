//! Special arrangement: practitioners whose care is not commissioned ask their local commissioner to pay for it first. Requests
//! with their states, time limits and history, approvals with their limits, and the sessions booked on them.

mod awaited;
pub mod callers;
pub mod catalogue;
pub mod cover;
pub mod dto;
pub mod ending;
pub mod letters;
pub mod model;
pub mod notices;
pub mod queries;
mod routes;
pub mod rules;
pub mod watch;

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
        .service(routes::uncovered::list_uncovered_appointments)
        .service(routes::uncovered::keep_uncovered_appointment)
        .service(routes::areas::get_commissioned_areas)
        .service(routes::areas::set_commissioned_areas);
}
