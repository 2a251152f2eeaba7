//! How people reach the service and who is eligible for it.

pub mod contacts;
pub mod funding;
pub mod questionnaires;
pub mod registration;
pub mod retention;
pub mod schema;
pub mod self_check;
pub mod signposts;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    signposts::configure(config);
    questionnaires::configure(config);
    self_check::configure(config);
    contacts::configure(config);
    registration::configure(config);
    funding::configure(config);
}

platform::versioned! {
    "contacts" = contacts;
    "eligibility-rules" = eligibility_rules;
    "funding-requests" = funding_requests;
}
