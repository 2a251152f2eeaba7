//! Infrastructure that every other crate uses. It contains no feature.

pub mod address;
pub mod audit;
pub mod carried_over;
pub mod clock;
pub mod config;
pub mod db;
pub mod email;
pub mod error;
pub mod files;
pub mod http;
pub mod ids;
pub mod key_checks;
pub mod keys;
pub mod local_time;
pub mod names;
pub mod outbox;
pub mod password;
mod platform;
pub mod private;
mod random;
pub mod recipient_limits;
pub mod refusal;
pub mod schema;
pub mod seal;
pub mod small_numbers;
pub mod string_enum;
pub mod tasks;
pub mod telemetry;
pub mod text;
pub mod throttle;
mod tx;

pub use crate::platform::Platform;
pub use tx::{AuditSubject, Tx};
