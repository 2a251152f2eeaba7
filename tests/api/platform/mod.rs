//! The ground floor.

mod audit;
mod damage;
mod database;
mod http;
mod idempotency;
mod outbox;
mod print;
mod texts;
