//! SQL about registration: funding requests of new practitioners, eligibility rules, intake periods, unconfirmed registrations.

pub mod eligibility_rules;
pub mod funding_requests;
pub mod intake;
pub mod pending;
