//! HTTP handlers of message preferences and outgoing messages.

pub(super) mod mobile;
pub(super) mod outbox;
pub(super) mod preferences;
