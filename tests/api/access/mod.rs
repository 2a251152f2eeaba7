//! Floor 2.

mod blocked_colleagues;
mod eligibility;
mod funding;
mod hubs;
mod intake_switches;
mod messages;
mod questionnaires;
mod registration;
mod self_check;
mod signposts;
