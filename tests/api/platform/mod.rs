//! The ground floor.

mod audit;
mod copies;
mod database;
mod http;
mod idempotency;
mod outages;
mod outbox;
mod print;
mod texts;
