//! What holds while one message is handed over: how long it may take, and whether it still may go.

use std::time::Duration;

use chrono::TimeDelta;

/// How long an attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Until the message is handed over.
    pub before: Duration,
    /// From then until the carrier has answered. A mail server may look at a message for a while before it takes it.
    pub after: Duration,
}

impl Times {
    /// Times that fit into a lease: what is handed over is answered, or given up, while nobody else may take the message.
    pub fn within(lease: TimeDelta) -> Self {
        let lease = lease.to_std().unwrap_or_default();
        Self { before: (lease / 3).min(Duration::from_secs(20)), after: (lease / 2).min(Duration::from_secs(60)) }
    }
}

/// Asked once, right before a message is handed over: false when it must not go (the claim has ended, the message was overtaken, the
/// service stops).
pub type Gate<'a> = &'a mut dyn FnMut() -> bool;
