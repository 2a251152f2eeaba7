//! The ground floor.

mod audit;
mod database;
mod http;
mod idempotency;
mod outbox;
mod print;
mod texts;
