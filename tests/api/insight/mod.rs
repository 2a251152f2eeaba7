//! The crate `insight`: figures.

mod activity;
mod outcomes;
