//! The tests of the service as its users see it. One binary; each test runs on SQLite and on PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::cloned_ref_to_slice_refs,
    clippy::disallowed_methods,
    reason = "a test reports by failing"
)]

mod access;
mod audit_trail;
mod care;
mod demo;
mod guards;
mod insight;
mod jobs;
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
