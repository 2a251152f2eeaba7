//! SQL about registration: funding requests of new practitioners, eligibility rules, intake periods, unconfirmed registrations, and
//! reasons for confidentiality in words.

pub mod eligibility_rules;
pub mod funding_requests;
pub mod intake;
pub mod pending;
pub mod reasons;
