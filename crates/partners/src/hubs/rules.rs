//! Rules about hubs: which hubs cover an area, how an area is found, and how a referral proceeds.

mod areas;
mod codes;
mod places;
mod referring;
mod turns;

pub use areas::{boards_on, hubs_covering};
pub use codes::{format_code, parse_code};
pub use places::{check_outcode, place_code};
pub use referring::{allowed_actions, check_details, next_step, parties_of, signpost_needs, step};
pub use turns::{check_closing, check_coverage, check_start, check_team, replace_from};
