//! JSON forms about practitioners.

pub mod blocked;

pub use blocked::{AffectedArrangement, BlockColleague, BlockedColleague};
