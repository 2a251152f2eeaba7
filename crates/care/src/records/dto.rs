//! Request and response bodies of the clinical record.

pub mod address;
pub mod allergies;
pub mod discharge;
pub mod gp;
pub mod lead;
pub mod notes;
pub mod open_items;
pub mod own_record;
pub mod plan;
pub mod prescribing_details;
pub mod problems;

use serde::{Deserialize, Deserializer};

/// Distinguishes `null` (`Some(None)`) from a member that is left out (`None`).
fn double_option<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
