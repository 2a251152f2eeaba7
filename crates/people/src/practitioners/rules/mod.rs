//! What a practitioner's reference looks like, and how a blocked colleague may be meant.

mod blocked;
mod reference;

pub use self::reference::{format_reference, parse_reference};
pub use blocked::{MOST_BLOCKED, check_colleague};
