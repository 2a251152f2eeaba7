//! The crate `platform`: what every operation stands on.

mod audit;
mod bounds;
mod copies;
mod damage;
mod database;
mod http;
mod idempotency;
mod languages;
mod outages;
mod outbox;
mod pages;
mod texts;
