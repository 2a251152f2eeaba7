//! The staff mental health hubs, the areas that each covers, and how a hub is found. Coverage is dated, because boards merge and
//! hubs close. Also the referrals from a hub to this service, from this service to a hub, and from a hub to other help.

pub mod callers;
pub mod create;
pub mod dto;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod on_death;
pub mod queries;
pub mod repeats;
pub mod routes;
pub mod rules;

pub use routes::coordinators::HUB_COORDINATOR;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::access_rules::{AccessRule, Facts, LAPSES_AFTER_DAYS};
use people::relationships::{Basis, Purpose};

/// Coordinators know of practitioners with an open referral. It lapses when it has not changed for a time: a coordinator can make one during
/// a call, and a hub may never say that its help is over.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::Referral,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::SqlSince(
        "SELECT practitioner_id FROM hub_referrals WHERE state IN ('sent', 'information_requested', 'accepted') \
         AND updated_at > {since} AND practitioner_id {practitioner}",
        LAPSES_AFTER_DAYS,
    ),
}];

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
        .service(routes::coordinators::get_hub_coordinators)
        .service(routes::coordinators::assign_hub_coordinator)
        .service(routes::coordinators::end_hub_coordinator)
        .service(routes::coordinators::get_my_hubs)
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
