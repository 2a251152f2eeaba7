//! Who works where: professions and their registers, places of work, regions, and the boards that commission care, each with
//! its days.

pub mod catalogue;
pub mod model;
pub mod rules;

use chrono::NaiveDate;

use model::Icb;
use platform::error::{Error, Result};

/// Every integrated care board there is or was.
///
/// # Errors
/// [`Error::internal`] when the list inside the program is broken, which start-up rules out.
pub fn boards() -> Result<&'static [Icb]> {
    catalogue::icbs().map_err(|broken| Error::internal(broken.to_string()))
}

/// The bank holidays of England and Wales.
///
/// # Errors
/// As [`boards`].
pub fn bank_holidays() -> Result<&'static [NaiveDate]> {
    catalogue::bank_holidays().map_err(|broken| Error::internal(broken.to_string()))
}
