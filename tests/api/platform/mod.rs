//! The ground floor.

mod audit;
mod database;
mod idempotency;
mod outbox;
