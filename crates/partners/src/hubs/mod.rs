//! The staff mental health hubs, the areas that each covers, and how a hub is found. Coverage is dated, because boards merge and
//! hubs close. Also the referrals from a hub to this service, from this service to a hub, and from a hub to other help.

pub mod callers;
pub mod create;
pub mod dto;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod on_death;
pub mod queries;
pub mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::practitioners::create_practitioner_referral)
        .service(routes::practitioners::list_practitioner_referrals)
        .service(routes::directory::list_hubs)
        .service(routes::administration::create_hub)
        .service(routes::search::search_hubs)
        .service(routes::directory::get_hub)
        .service(routes::administration::replace_hub)
        .service(routes::administration::close_hub)
        .service(routes::administration::replace_hub_coverage)
        .service(routes::administration::replace_hub_channels)
        .service(routes::coordinators::list_hub_coordinators)
        .service(routes::coordinators::replace_hub_coordinator)
        .service(routes::coordinators::delete_hub_coordinator)
        .service(routes::coordinators::list_my_hubs)
        .service(routes::places::list_outcode_areas)
        .service(routes::places::replace_outcode_area)
        .service(routes::places::list_employer_areas)
        .service(routes::places::replace_employer_area)
        .service(routes::referrals::create_referral)
        .service(routes::referrals::list_referrals)
        .service(routes::referrals::get_referral)
        .service(routes::lifecycle::accept_referral)
        .service(routes::lifecycle::decline_referral)
        .service(routes::lifecycle::request_referral_information)
        .service(routes::lifecycle::provide_referral_information)
        .service(routes::lifecycle::withdraw_referral)
        .service(routes::lifecycle::close_referral)
        .service(routes::lifecycle::withdraw_referral_consent)
        .service(routes::status::list_my_referrals)
        .service(routes::status::look_up_referral);
}
