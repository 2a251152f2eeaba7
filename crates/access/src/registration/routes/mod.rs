//! Front desk of eligibility and registration.

pub mod confirming;
pub mod eligibility;
pub mod eligibility_rules;
pub mod intake;
pub mod mine;
pub mod register;

use super::model::{Applicant, DecisionWithReasons, EligibilityRules};
use super::rules;
use platform::ids::UtcTime;

/// The verdict of the day.
fn decide(person: &Applicant, by: &EligibilityRules, now: UtcTime) -> DecisionWithReasons {
    rules::decide(&by.rules, &by.intake, person, now.london_day())
}
