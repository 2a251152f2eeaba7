//! The format of a practitioner's reference, and how a blocked colleague is identified.

mod blocked;
mod reference;

pub use self::reference::{format_reference, parse_reference};
pub use blocked::{MAX_BLOCKED, check_colleague, chosen_account};
