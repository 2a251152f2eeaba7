//! Front desk of eligibility and registration.

pub mod blocked;
pub mod eligibility;
pub mod mine;
pub mod register;

use super::catalogue;
use super::model::{Applicant, DecisionWithReasons, Icb};
use super::rules;
use crate::platform::error::{Error, Result};
use crate::platform::ids::UtcTime;

/// The verdict by the rules of the day.
fn decide(person: &Applicant, now: UtcTime) -> Result<DecisionWithReasons> {
    let eligibility = catalogue::eligibility().map_err(|broken| Error::internal(broken.to_string()))?;
    Ok(rules::decide(eligibility, person, now.london_day()))
}

/// Every board there is or was.
fn boards() -> Result<&'static [Icb]> {
    catalogue::icbs().map_err(|broken| Error::internal(broken.to_string()))
}
