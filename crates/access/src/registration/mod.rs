//! Who may join: profession and registration, what the service is commissioned for on which day, what staff decide about a reason
//! in a person's own words, and the reference that replaces a practitioner's name.

pub mod callers;
pub mod catalogue;
pub mod confirmation;
mod deciders;
pub mod dto;
pub mod jobs;
mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
pub mod reasons;
mod routes;
pub mod rules;
pub mod signposting;

use platform::http::operations::ServiceConfig;

use people::Role;
use people::relationships::access_rules::{AccessRule, Facts};
use people::relationships::{Basis, Purpose};
use platform::Tx;
use platform::error::Result;

/// Coordinators know of practitioners whose reason for confidentiality waits for a decision.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::Eligibility,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    facts: Facts::Sql(
        "SELECT practitioner_id FROM confidentiality_reasons WHERE state = 'waiting' AND practitioner_id {practitioner}",
    ),
}];

/// Adds the built-in eligibility rules that the database lacks; returns how many. Existing rules are not changed.
///
/// # Errors
/// When the database fails.
pub fn load_built_in_rules(tx: &mut Tx) -> Result<usize> {
    let mut added = 0;
    for rule in &catalogue::eligibility().rules {
        added += usize::from(queries::eligibility_rules::insert_built_in(tx, rule)?);
    }
    Ok(added)
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::eligibility::get_eligibility)
        .service(routes::eligibility::get_contact_eligibility)
        .service(routes::register::register_practitioner)
        .service(routes::confirmation::request_email_confirmation)
        .service(routes::confirmation::confirm_email)
        .service(routes::eligibility_rules::list_eligibility_rules)
        .service(routes::eligibility_rules::get_eligibility_rule)
        .service(routes::eligibility_rules::create_eligibility_rule)
        .service(routes::eligibility_rules::end_eligibility_rule)
        .service(routes::intake::list_intake_periods)
        .service(routes::intake::get_intake_period)
        .service(routes::intake::create_intake_period)
        .service(routes::intake::replace_intake_period)
        .service(routes::my_registration::get_my_registration)
        .service(routes::my_registration::update_my_registration)
        .service(routes::reasons::list_confidentiality_reasons)
        .service(routes::reasons::get_confidentiality_reason)
        .service(routes::reasons::accept_confidentiality_reason)
        .service(routes::reasons::decline_confidentiality_reason);
}
