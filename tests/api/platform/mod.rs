//! The crate `platform`: infrastructure that every operation uses.

mod audit;
mod audit_damage;
mod backups;
mod damaged_rows;
mod database;
mod docs;
mod http;
mod idempotency;
mod languages;
mod message_limits;
mod outages;
mod outbox;
mod paging;
mod text_messages;
