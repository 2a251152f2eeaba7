//! How many messages of a kind one address or number receives, so that neither a client in a loop nor two colleagues fill a
//! mailbox.

use chrono::TimeDelta;

pub use super::timing::SendLimit;

use super::notifications::{Decision, NotificationRegistry};
use crate::Tx;
use crate::error::Result;
use crate::ids::Id;
use crate::recipient_limits;
use crate::recipient_limits::RecipientLimit;

/// A message that is about to be claimed.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingMessage<'a> {
    pub id: Id,
    /// The kind of message, such as `confirm_email`.
    pub kind: &'a str,
    /// Its text was rendered, or it was tried, before: it has been counted.
    pub is_counted: bool,
}

/// Postpones a message whose recipient has already received the maximum of its kind.
pub(super) fn postpone_over_limit(
    tx: &mut Tx,
    registry: &NotificationRegistry,
    going: PendingMessage<'_>,
    verdict: Decision,
) -> Result<Decision> {
    let limit = registry.recipient_limit(going.kind).filter(|_| !going.is_counted);
    let (Some(limit), Decision::Send(message)) = (limit, &verdict) else { return Ok(verdict) };
    let Some(until) = recipient_limits::count(tx, &recipient_limits::recipient(tx.sealer, message), &limit, tx.now)? else {
        return Ok(verdict);
    };
    tracing::info!(message.id = %going.id, message.kind = going.kind, "message postponed: its recipient has had the maximum of its kind");
    Ok(Decision::Postpone(until))
}

/// How often a person may send a message again that may have arrived each time.
const REPLAY_LIMIT: RecipientLimit = RecipientLimit { kind: "sent_again", max: 5, within: TimeDelta::days(1) };

/// Counts that a message in doubt is sent again.
pub(super) fn count_replay(tx: &mut Tx, message: Id) -> Result<()> {
    recipient_limits::check(tx, &message.to_string(), &REPLAY_LIMIT)
}

/// Counts that these messages in doubt are sent again; omits those that were sent again too often.
pub(super) fn within_replay_limit(tx: &mut Tx, messages: Vec<Id>) -> Result<Vec<Id>> {
    let mut allowed = Vec::with_capacity(messages.len());
    for message in messages {
        if recipient_limits::count(tx, &message.to_string(), &REPLAY_LIMIT, tx.now)?.is_none() {
            allowed.push(message);
        }
    }
    Ok(allowed)
}
