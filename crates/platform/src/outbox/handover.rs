//! Limits while one message is handed over: how long it may take, and whether it may still be sent.

use std::time::Duration;

use chrono::TimeDelta;

/// How long an attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Until the message is handed over.
    pub before: Duration,
    /// From the hand-over until the carrier has answered. A mail server may scan a message before it accepts it.
    pub after: Duration,
}

impl Times {
    /// Times that fit into a lease: a message that is handed over is answered, or given up, while no other instance may claim it.
    pub fn within(lease: TimeDelta) -> Self {
        let lease = lease.to_std().unwrap_or_default();
        Self { before: (lease / 3).min(Duration::from_secs(20)), after: (lease / 2).min(Duration::from_secs(60)) }
    }
}

/// Asked once, right before a message is handed over: false when it must not be sent (the claim has ended, the message was
/// replaced, the service is stopping).
pub type Gate<'a> = &'a mut dyn FnMut() -> bool;
