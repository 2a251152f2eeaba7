//! The crate `access`: contacts, self-checks, registration, funding, signposts.

mod confirming;
mod contacts;
mod eligibility;
mod eligibility_rules;
mod funding;
mod intake_periods;
mod questionnaires;
mod reasons;
mod registration;
mod self_check;
mod signposts;
