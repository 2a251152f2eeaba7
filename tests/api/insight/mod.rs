//! Floor 5.

mod activity;
mod outcomes;
