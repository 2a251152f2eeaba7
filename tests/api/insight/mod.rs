//! The crate `insight`: statistics.

mod activity;
mod commissioning;
mod outcomes;
