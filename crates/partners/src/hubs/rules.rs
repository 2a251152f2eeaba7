//! Which hubs are there for an area, what leads to one, and where a referral stands.

mod areas;
mod codes;
mod places;
mod referring;
mod turns;

pub use areas::{boards_on, covering};
pub use codes::{format_code, parse_code};
pub use places::{check_outcode, place_code};
pub use referring::{check_referred, needs, next_step, possible, sides, step};
pub use turns::{check_closing, check_coverage, check_starts, check_team, turn};
