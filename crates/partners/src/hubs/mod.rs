//! The staff mental health hubs, the areas that each covers, and how a hub is found. Coverage is dated, because boards merge and
//! hubs close. Also the referrals from a hub to this service, from this service to a hub, and from a hub to other help.

pub mod callers;
pub mod dto;
pub mod ending;
pub mod letters;
pub mod making;
pub mod model;
pub mod notices;
pub mod queries;
pub mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::practitioners::refer_practitioner)
        .service(routes::practitioners::list_practitioner_referrals)
        .service(routes::reading::list_hubs)
        .service(routes::administering::create_hub)
        .service(routes::finding::find_hubs)
        .service(routes::reading::get_hub)
        .service(routes::administering::update_hub)
        .service(routes::administering::close_hub)
        .service(routes::administering::set_hub_coverage)
        .service(routes::administering::set_hub_channels)
        .service(routes::coordinators::list_hub_coordinators)
        .service(routes::coordinators::assign_hub_coordinator)
        .service(routes::coordinators::unassign_hub_coordinator)
        .service(routes::coordinators::list_my_hubs)
        .service(routes::places::list_outcode_areas)
        .service(routes::places::set_outcode_area)
        .service(routes::places::list_employer_areas)
        .service(routes::places::set_employer_area)
        .service(routes::referring::make_referral)
        .service(routes::referring::list_hub_referrals)
        .service(routes::referring::get_hub_referral)
        .service(routes::answering::accept_referral)
        .service(routes::answering::decline_referral)
        .service(routes::answering::ask_referral_information)
        .service(routes::answering::give_referral_information)
        .service(routes::answering::withdraw_referral)
        .service(routes::answering::close_referral)
        .service(routes::answering::withdraw_referral_consent)
        .service(routes::standing::list_my_referrals)
        .service(routes::standing::look_up_referral);
}
