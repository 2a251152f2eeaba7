//! HTTP handlers of sessions and passwords.

pub mod passwords;
pub mod sessions;
