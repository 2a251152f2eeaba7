//! Floor 2.

mod blocked_colleagues;
mod eligibility;
mod questionnaires;
mod registration;
