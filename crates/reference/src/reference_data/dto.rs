//! JSON forms of figures and times of day that administrators change.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A figure: a number of minutes, hours, days, months, people or messages, or a share in per cent, as its key says. Every key has a least
/// and a greatest value; the refusal of another value names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureEntry {
    /// The number.
    #[schema(minimum = 0, maximum = 60_000)]
    pub value: u16,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

/// A time of day, by the clock in London. Every key has an earliest and a latest time; the refusal of another one names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOfDayEntry {
    /// The time, such as `09:00`.
    #[schema(min_length = 5, max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub time: String,
    /// Where this comes from.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}
