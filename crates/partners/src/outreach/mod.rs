//! Outreach: groups of staff at particular risk get neutrally worded messages at work, through contacts that their employer gave
//! for this purpose. The employer gets counts only; no one who opts out is ever contacted again.

mod addresses;
pub mod catalogue;
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
        .service(routes::campaigns::define_outreach_campaign)
        .service(routes::campaigns::get_outreach_campaign)
        .service(routes::campaigns::change_outreach_campaign)
        .service(routes::recipients::add_outreach_recipients)
        .service(routes::lifecycle::submit_outreach_campaign)
        .service(routes::lifecycle::return_outreach_campaign)
        .service(routes::lifecycle::release_outreach_campaign)
        .service(routes::lifecycle::pause_outreach_campaign)
        .service(routes::lifecycle::resume_outreach_campaign)
        .service(routes::lifecycle::cancel_outreach_campaign)
        .service(routes::counts::get_outreach_counts)
        .service(routes::responses::answer_outreach)
        .service(routes::responses::enter_outreach_opt_out)
        .service(routes::teams::list_outreach_team_requests)
        .service(routes::teams::get_outreach_team_request)
        .service(routes::teams::take_outreach_team_request)
        .service(routes::teams::finish_outreach_team_request);
}
