//! Reference data that administrators change without a release: dated changes, which replace data that the program ships.
//!
//! In force on a day is the shipped entry, unless an approved change of its key has begun by then; of several the one that begins
//! last counts. Each dataset builds its data from both and checks them like its file ([`overlay`]). A transaction reads the changes once
//! ([`in_force`]); they are kept for each version, so that nothing but the version is read again while nothing changes.
//!
//! An entry is stored as JSON, and read by every version of the program that serves: a member that a later version adds has a
//! default, and is written one release after it can be read.

pub mod dto;
pub mod figures;
pub mod in_force;
pub mod model;
pub mod overlay;
pub mod queries;

pub use in_force::{InForce, changes, lock_version, on, on_or_shipped};
