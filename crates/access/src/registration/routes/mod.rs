//! HTTP handlers of eligibility and registration.

pub mod confirmation;
pub mod eligibility;
pub mod eligibility_rules;
pub mod intake;
pub mod my_registration;
pub mod reasons;
pub mod register;

use super::model::{Applicant, DecisionWithReasons, EligibilityRules};
use super::rules;
use platform::ids::UtcTime;

/// The eligibility decision by the rules in force today.
fn decide(person: &Applicant, rules_in_use: &EligibilityRules, now: UtcTime) -> DecisionWithReasons {
    rules::decide(&rules_in_use.rules, &rules_in_use.intake, person, now.london_day())
}
