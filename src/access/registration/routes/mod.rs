//! Front desk of eligibility and registration.

pub mod blocked;
pub mod eligibility;
pub mod intake;
pub mod mine;
pub mod register;
pub mod rules;

use super::model::{Applicant, DecisionWithReasons, EligibilityRules};
use super::rules as judge;
use crate::platform::ids::UtcTime;

/// The verdict of the day.
fn decide(person: &Applicant, by: &EligibilityRules, now: UtcTime) -> DecisionWithReasons {
    judge::decide(&by.rules, &by.intake, person, now.london_day())
}
