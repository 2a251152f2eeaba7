//! JSON forms about practitioners.

pub mod blocked;

pub use blocked::{AffectedThing, BlockColleague, BlockedColleague};
