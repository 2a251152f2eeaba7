//! Rules about hubs: which hubs cover an area, how an area is found, and how a referral proceeds.

mod areas;
mod codes;
mod periods;
mod places;
mod referrals;

pub use areas::{boards_on, hubs_covering};
pub use codes::{format_code, parse_code};
pub use periods::{check_closing, check_coverage, check_start, check_team, replace_from};
pub use places::{check_outcode, place_code};
pub use referrals::{allowed_actions, check_details, next_step, parties_of, signpost_needs, step};
