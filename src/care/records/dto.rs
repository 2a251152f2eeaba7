//! Forms of the record.

pub mod allergies;
pub mod discharge;
pub mod gp;
pub mod lead;
pub mod mine;
pub mod notes;
pub mod plan;
pub mod problems;

use serde::{Deserialize, Deserializer};

use crate::platform::private::Private;

/// What somebody wrote, unless it is blank.
pub fn said(text: Option<&Private<String>>) -> Option<String> {
    text.map(|text| text.reveal().trim().to_owned()).filter(|text| !text.is_empty())
}

/// Tells `null` (`Some(None)`) from a member that is left out (`None`).
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
