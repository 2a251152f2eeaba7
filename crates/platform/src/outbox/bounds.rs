//! How many messages of a kind one address or number gets, so that neither a client in a loop nor two colleagues fill a mailbox.

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
    /// What it is about, in one word.
    pub kind: &'a str,
    /// It was put into words, or tried, before: it has been counted.
    pub is_known: bool,
}

/// Has a message wait whose recipient has had as many of its kind as they are to get.
pub(super) fn hold(tx: &mut Tx, composers: &Composers, going: Going<'_>, verdict: Verdict) -> Result<Verdict> {
    let rest = composers.held(going.kind).filter(|_| !going.is_known);
    let (Some(rest), Verdict::Send(message)) = (rest, &verdict) else { return Ok(verdict) };
    let Some(until) = rests::count(tx, &rests::recipient(tx.sealer, message), &rest, tx.now)? else { return Ok(verdict) };
    tracing::info!(message.id = %going.id, message.kind = going.kind, "a message waits: its recipient has had many of its kind");
    Ok(Verdict::Later(until))
}

/// How often a person sends again a message that may have arrived each time.
const REPLAYS: Rest = Rest { kind: "sent_again", most: 5, within: TimeDelta::days(1) };

/// Counts that a message in doubt is sent again.
pub(super) fn check_replay(tx: &mut Tx, message: Id) -> Result<()> {
    rests::check(tx, &message.to_string(), &REPLAYS)
}

/// Counts that these messages in doubt are sent again; leaves those out that were sent again often.
pub(super) fn not_replayed_often(tx: &mut Tx, messages: Vec<Id>) -> Result<Vec<Id>> {
    let mut left = Vec::with_capacity(messages.len());
    for message in messages {
        if rests::count(tx, &message.to_string(), &REPLAYS, tx.now)?.is_none() {
            left.push(message);
        }
    }
    Ok(left)
}
