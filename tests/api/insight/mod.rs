//! The crate `insight`: statistics.

mod activity;
mod outcomes;
