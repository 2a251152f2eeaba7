//! SQL about registration: what awaits a decision, the rules of eligibility, intake.

pub mod awaiting;
pub mod eligibility_rules;
pub mod intake;
pub mod pending;
