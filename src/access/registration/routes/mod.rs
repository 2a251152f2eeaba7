//! Front desk of eligibility and registration.

pub mod blocked;
pub mod eligibility;
pub mod intake;
pub mod mine;
pub mod register;

use super::catalogue;
use super::model::{Applicant, DecisionWithReasons, IntakeSwitch};
use super::rules;
use crate::platform::error::{Error, Result};
use crate::platform::ids::UtcTime;

/// The verdict by the rules of the day and these turns of the intake switches.
fn decide(person: &Applicant, intake: &[IntakeSwitch], now: UtcTime) -> Result<DecisionWithReasons> {
    let eligibility = catalogue::eligibility().map_err(|broken| Error::internal(broken.to_string()))?;
    Ok(rules::decide(&eligibility.rules, intake, person, now.london_day()))
}
