//! Outreach: groups of staff at particular risk get neutrally worded messages at work, through contacts that their employer gave
//! for this purpose. The employer gets counts only; no one who opts out is ever contacted again.

mod addresses;
pub mod closing;
pub mod dto;
pub mod links;
mod messages;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;
pub mod sending;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::campaigns::list_outreach_campaigns)
        .service(routes::campaigns::create_outreach_campaign)
        .service(routes::campaigns::get_outreach_campaign)
        .service(routes::campaigns::update_outreach_campaign)
        .service(routes::recipients::add_outreach_recipients)
        .service(routes::lifecycle::submit_outreach_campaign)
        .service(routes::lifecycle::return_outreach_campaign)
        .service(routes::lifecycle::approve_outreach_campaign)
        .service(routes::lifecycle::pause_outreach_campaign)
        .service(routes::lifecycle::resume_outreach_campaign)
        .service(routes::lifecycle::cancel_outreach_campaign)
        .service(routes::counts::get_outreach_counts)
        .service(routes::responses::create_outreach_response)
        .service(routes::responses::record_outreach_opt_out)
        .service(routes::teams::list_outreach_team_requests)
        .service(routes::teams::get_outreach_team_request)
        .service(routes::teams::take_outreach_team_request)
        .service(routes::teams::complete_outreach_team_request);
}
