//! Confide: the booking and care back end of a confidential mental-health service for NHS doctors and dentists.
//!
//! Each layer is a crate under `crates/` that uses only the crates below it; this package assembles them. `ARCHITECTURE.md` walks
//! through one booking.

pub mod cli;
pub mod demo;
pub mod server;
pub use ::access;
pub use ::care;
pub use ::insight;
pub use ::partners;
pub use ::people;
pub use ::platform;
pub use ::platform::{lock_row, on, read_together, string_enum, versioned};
pub use ::print;
pub use ::reference;
pub use ::scheduling;
