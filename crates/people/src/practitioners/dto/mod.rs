//! JSON forms and views of practitioners.

pub mod blocked;

pub use blocked::{AffectedArrangement, BlockColleague, BlockedColleague};
