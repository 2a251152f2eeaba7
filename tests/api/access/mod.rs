//! Floor 2.

mod blocked_colleagues;
mod confirming;
mod contacts;
mod eligibility;
mod eligibility_rules;
mod funding;
mod hubs;
mod intake_switches;
mod messages;
mod outreach;
mod questionnaires;
mod registration;
mod roles;
mod same_person;
mod self_check;
mod signposts;
