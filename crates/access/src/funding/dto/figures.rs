//! JSON forms of the prices and time limits that administrators change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The price of a funded session. The kind of session is the key of the entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionPriceEntry {
    /// The price in pence.
    #[schema(minimum = 1, maximum = 1_000_000)]
    pub pence: i32,
    /// Where the figure comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

/// A time limit of funding. Its name is the key of the entry, which says what is counted: days, working days, months or hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeLimitEntry {
    /// How many.
    #[schema(minimum = 0, maximum = 1000)]
    pub value: u16,
    /// Where the figure comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}
