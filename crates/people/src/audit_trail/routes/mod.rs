//! HTTP handlers of the audit trail, the access log and flags.

pub mod access_log;
pub mod events;
pub mod flags;
