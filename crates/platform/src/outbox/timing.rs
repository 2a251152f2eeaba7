//! When a message is too late to be useful, and when another message replaces it. After an outage many messages are due at once:
//! a person then gets one message about one thing, and none about something past.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::message::MessageState;
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::recipient_limits::RecipientLimit;
use crate::schema::outbox;

/// How soon after a message a reminder of the same thing adds nothing.
const REMINDER_GAP: TimeDelta = TimeDelta::hours(1);

/// How a kind of message relates to others about the same thing to the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlapRule {
    /// It reports something new: only a later message of its kind replaces it.
    Update,
    /// Any other message that is due replaces it.
    Yields,
    /// It is a reminder: any other message that is due replaces it, and one that was sent within the last hour.
    Reminder,
}

/// How the number of messages of a kind is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendLimit {
    /// They are counted where they are requested, before they are queued.
    WhenQueued(&'static [RecipientLimit]),
    /// They are counted when they are about to be sent for the first time. Those beyond the maximum wait until the window is
    /// over; notifications are decided again then, and those that no longer apply are discarded.
    WhenSent {
        /// How many are sent within the window.
        most: i32,
        /// How long the window is. A day at most.
        within: TimeDelta,
    },
    /// There is only one of them, for this reason.
    Single(&'static str),
}

/// When a message of a kind may be sent, and how many of them are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// A message that is later than this is discarded.
    pub stale_after: TimeDelta,
    /// How it relates to other messages.
    pub overlap: OverlapRule,
    /// How many are sent to one address or number.
    pub limit: SendLimit,
}

impl Timing {
    /// True when a message that was due at `due` is no longer useful.
    pub(super) fn is_late(self, due: UtcTime, now: UtcTime) -> bool {
        now.get() - due.get() > self.stale_after
    }
}

/// Another message to the same person about the same thing.
#[derive(Debug, Clone)]
struct RelatedMessage {
    id: Id,
    kind: String,
    overlap: OverlapRule,
    due_at: UtcTime,
    /// When it was sent; none while it waits.
    sent_at: Option<UtcTime>,
}

/// True when the other message replaces this one.
fn replaces(this: &RelatedMessage, other: &RelatedMessage, now: UtcTime) -> bool {
    let later = (other.due_at, other.id) > (this.due_at, this.id);
    match (other.sent_at, this.overlap) {
        (Some(sent_at), OverlapRule::Reminder) => now.get() - sent_at.get() < REMINDER_GAP,
        (Some(_), _) => false,
        (None, _) if other.due_at > now => false,
        (None, _) if other.kind == this.kind => later,
        (None, OverlapRule::Update) => false,
        (None, OverlapRule::Yields | OverlapRule::Reminder) => other.overlap == OverlapRule::Update || later,
    }
}

/// The parts of a notification that decide whether another message replaces it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CandidateNotification<'a> {
    pub id: Id,
    /// The kind of notification.
    pub kind: &'a str,
    pub due_at: UtcTime,
    /// The account that receives it.
    pub recipient: Id,
    /// The id of the record that it is about.
    pub subject: Id,
}

/// True when another notification to the same person about the same thing is due too, or was just sent, and contains as much.
/// `overlap` returns the rule for a kind.
///
/// # Errors
/// When the database fails.
pub(super) fn is_replaced(
    tx: &mut Tx,
    candidate: CandidateNotification<'_>,
    overlap: impl Fn(&str) -> OverlapRule,
) -> Result<bool> {
    let states = [MessageState::Queued, MessageState::Claimed, MessageState::Sent, MessageState::Delivered];
    let others: Vec<(Id, String, UtcTime, Option<UtcTime>)> = outbox::table
        .filter(outbox::subject_id.eq(Some(candidate.subject)))
        .filter(outbox::state.eq_any(states))
        .filter(outbox::recipient_id.eq(Some(candidate.recipient)))
        .filter(outbox::id.ne(candidate.id))
        .select((outbox::id, outbox::kind, outbox::due_at, outbox::sent_at))
        .load(tx.conn)?;
    let of =
        |id, kind: &str, due_at, sent_at| RelatedMessage { id, kind: kind.to_owned(), overlap: overlap(kind), due_at, sent_at };
    let this = of(candidate.id, candidate.kind, candidate.due_at, None);
    Ok(others.into_iter().any(|(id, kind, due_at, sent_at)| replaces(&this, &of(id, &kind, due_at, sent_at), tx.now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> UtcTime {
        (chrono::DateTime::UNIX_EPOCH + TimeDelta::hours(hours)).into()
    }

    fn other(id: u128, kind: &str, beside: OverlapRule, due: i64, sent: Option<i64>) -> RelatedMessage {
        RelatedMessage {
            id: Id(uuid::Uuid::from_u128(id)),
            kind: kind.to_owned(),
            overlap: beside,
            due_at: at(due),
            sent_at: sent.map(at),
        }
    }

    #[test]
    fn one_of_several_messages_about_one_thing_is_sent() {
        use OverlapRule::{Reminder, Update, Yields};
        let now = at(100);
        for (this, theirs, expected) in [
            // Two steps of one reminder: the later one remains.
            (other(1, "r", Reminder, 76, None), other(2, "r", Reminder, 100, None), true),
            (other(2, "r", Reminder, 100, None), other(1, "r", Reminder, 76, None), false),
            // The same instant: exactly one of the two.
            (other(1, "r", Reminder, 76, None), other(2, "r", Reminder, 76, None), true),
            (other(2, "r", Reminder, 76, None), other(1, "r", Reminder, 76, None), false),
            // The later step is not due yet.
            (other(1, "r", Reminder, 76, None), other(2, "r", Reminder, 101, None), false),
            // News replaces reminders and messages that yield, and never the other way round.
            (other(2, "r", Reminder, 100, None), other(1, "n", Update, 60, None), true),
            (other(2, "y", Yields, 100, None), other(1, "n", Update, 60, None), true),
            (other(1, "n", Update, 60, None), other(2, "r", Reminder, 100, None), false),
            (other(1, "n", Update, 60, None), other(2, "m", Update, 100, None), false),
            // Two kinds of reminders: the later one remains.
            (other(1, "r", Reminder, 76, None), other(2, "s", Reminder, 90, None), true),
            (other(2, "s", Reminder, 90, None), other(1, "r", Reminder, 76, None), false),
            // A message that was sent a moment ago, and one that was sent long ago.
            (other(2, "r", Reminder, 100, None), other(1, "n", Update, 60, Some(100)), true),
            (other(2, "r", Reminder, 100, None), other(1, "n", Update, 60, Some(98)), false),
            (other(2, "y", Yields, 100, None), other(1, "n", Update, 60, Some(100)), false),
        ] {
            assert_eq!(replaces(&this, &theirs, now), expected, "{this:?} and {theirs:?}");
        }
    }

    #[test]
    fn a_message_is_late_after_the_limit_of_its_kind() {
        let timing =
            Timing { stale_after: TimeDelta::hours(12), overlap: OverlapRule::Reminder, limit: SendLimit::Single("a test") };
        assert!(!timing.is_late(at(0), at(12)) && timing.is_late(at(0), at(13)) && !timing.is_late(at(5), at(0)));
    }
}
