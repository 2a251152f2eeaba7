//! Floor 2.

mod blocked_colleagues;
mod eligibility;
mod hubs;
mod messages;
mod questionnaires;
mod registration;
