//! The questionnaires the service asks: what they hold, how they are scored, and what a change between two scores means.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod rules;

use catalogue::Catalogue;
use platform::error::{Error, Result};

/// Every questionnaire the service knows.
///
/// # Errors
/// [`Error::internal`] when a file inside the program is broken, which start-up rules out.
pub fn catalogue() -> Result<&'static Catalogue> {
    Catalogue::embedded().map_err(|broken| Error::internal(broken.to_string()))
}
