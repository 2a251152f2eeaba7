//! How many messages of a kind one address or number receives, so that neither a client in a loop nor two colleagues fill a
//! mailbox.

use chrono::TimeDelta;

pub use super::timing::Bound;

use super::composers::{Composers, Verdict};
use crate::Tx;
use crate::error::Result;
use crate::ids::Id;
use crate::rests;
use crate::rests::Rest;

/// A message that is about to be claimed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Going<'a> {
    pub id: Id,
    /// The kind of message, such as `verify_email`.
    pub kind: &'a str,
    /// Its text was rendered, or it was tried, before: it has been counted.
    pub is_known: bool,
}

/// Postpones a message whose recipient has already received the maximum of its kind.
pub(super) fn hold(tx: &mut Tx, composers: &Composers, going: Going<'_>, verdict: Verdict) -> Result<Verdict> {
    let rest = composers.held(going.kind).filter(|_| !going.is_known);
    let (Some(rest), Verdict::Send(message)) = (rest, &verdict) else { return Ok(verdict) };
    let Some(until) = rests::count(tx, &rests::recipient(tx.sealer, message), &rest, tx.now)? else { return Ok(verdict) };
    tracing::info!(message.id = %going.id, message.kind = going.kind, "message postponed: its recipient has had the maximum of its kind");
    Ok(Verdict::Later(until))
}

/// How often a person may send a message again that may have arrived each time.
const REPLAYS: Rest = Rest { kind: "sent_again", most: 5, within: TimeDelta::days(1) };

/// Counts that a message in doubt is sent again.
pub(super) fn check_replay(tx: &mut Tx, message: Id) -> Result<()> {
    rests::check(tx, &message.to_string(), &REPLAYS)
}

/// Counts that these messages in doubt are sent again; omits those that were sent again too often.
pub(super) fn not_replayed_often(tx: &mut Tx, messages: Vec<Id>) -> Result<Vec<Id>> {
    let mut allowed = Vec::with_capacity(messages.len());
    for message in messages {
        if rests::count(tx, &message.to_string(), &REPLAYS, tx.now)?.is_none() {
            allowed.push(message);
        }
    }
    Ok(allowed)
}
