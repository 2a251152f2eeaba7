//! The front desk of messages.

pub(super) mod mobile;
pub(super) mod outbox;
pub(super) mod preferences;
