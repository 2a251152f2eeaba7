//! Every test of the service as its users meet it. One binary; each test runs on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::cloned_ref_to_slice_refs,
    clippy::disallowed_methods,
    reason = "tests say what they mean by failing"
)]

mod access;
mod care;
mod demo;
mod guards;
mod insight;
mod journeys;
mod killed;
mod limits;
mod opening;
mod partners;
mod people;
mod platform;
mod print;
mod process;
mod reference;
mod scheduling;
mod slow_clients;
mod support;
