//! When a message is too late to be of use, and when another has overtaken it. After an outage much is due at once: a person
//! then gets one message about one thing, and none about something past.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::message::MessageState;
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::rests::Rest;
use crate::schema::outbox;

/// How soon after a message a reminder of the same thing says nothing new.
const REST: TimeDelta = TimeDelta::hours(1);

/// What a kind of message does beside others about the same thing to the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// It is news: only a later one of its kind overtakes it.
    News,
    /// It leaves the field to any other that is due.
    Yields,
    /// It reminds: it leaves the field to any other that is due, and to one that went within the last hour.
    Reminds,
}

/// What keeps the messages of a kind few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// They are counted where they are asked for, before they are queued.
    Asked(&'static [Rest]),
    /// They are counted when they are about to go for the first time. Those beyond so many in so long wait until the window is over,
    /// and notices are decided about again then: what is not true any more is dropped.
    Held {
        /// How many go within the window.
        most: i32,
        /// How long the window is. A day at most.
        within: TimeDelta,
    },
    /// There is only one of them, for this reason.
    Once(&'static str),
}

/// When a message of a kind may leave, and how many of them do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// One that is later than this is dropped.
    pub stale_after: TimeDelta,
    /// What it does beside others.
    pub beside: Beside,
    /// How many go to one address or number.
    pub bound: Bound,
}

impl Timing {
    /// True when a message that was due at `due` is of no use any more.
    pub(super) fn is_late(self, due: UtcTime, now: UtcTime) -> bool {
        now.get() - due.get() > self.stale_after
    }
}

/// Another message to the same person about the same thing.
#[derive(Debug, Clone)]
struct Other {
    id: Id,
    kind: String,
    beside: Beside,
    due_at: UtcTime,
    /// When it went; none while it waits.
    sent_at: Option<UtcTime>,
}

/// True when another message has overtaken this one.
fn overtakes(mine: &Other, other: &Other, now: UtcTime) -> bool {
    let later = (other.due_at, other.id) > (mine.due_at, mine.id);
    match (other.sent_at, mine.beside) {
        (Some(sent_at), Beside::Reminds) => now.get() - sent_at.get() < REST,
        (Some(_), _) => false,
        (None, _) if other.due_at > now => false,
        (None, _) if other.kind == mine.kind => later,
        (None, Beside::News) => false,
        (None, Beside::Yields | Beside::Reminds) => other.beside == Beside::News || later,
    }
}

/// What is looked at of a notice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mine<'a> {
    pub id: Id,
    /// What it is about, in one word.
    pub kind: &'a str,
    pub due_at: UtcTime,
    /// Whose account it goes to.
    pub recipient: Id,
    /// The thing that it is about.
    pub subject: Id,
}

/// True when another notice to the same person about the same thing is due as well, or has just gone, and says as much.
/// `beside` knows each kind.
///
/// # Errors
/// When the database refuses.
pub(super) fn is_overtaken(tx: &mut Tx, mine: Mine<'_>, beside: impl Fn(&str) -> Beside) -> Result<bool> {
    let states = [MessageState::Queued, MessageState::Claimed, MessageState::Sent, MessageState::Delivered];
    let others: Vec<(Id, String, UtcTime, Option<UtcTime>)> = outbox::table
        .filter(outbox::subject_id.eq(Some(mine.subject)))
        .filter(outbox::state.eq_any(states))
        .filter(outbox::recipient_id.eq(Some(mine.recipient)))
        .filter(outbox::id.ne(mine.id))
        .select((outbox::id, outbox::kind, outbox::due_at, outbox::sent_at))
        .load(tx.conn)?;
    let of = |id, kind: &str, due_at, sent_at| Other { id, kind: kind.to_owned(), beside: beside(kind), due_at, sent_at };
    let me = of(mine.id, mine.kind, mine.due_at, None);
    Ok(others.into_iter().any(|(id, kind, due_at, sent_at)| overtakes(&me, &of(id, &kind, due_at, sent_at), tx.now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> UtcTime {
        (chrono::DateTime::UNIX_EPOCH + TimeDelta::hours(hours)).into()
    }

    fn other(id: u128, kind: &str, beside: Beside, due: i64, sent: Option<i64>) -> Other {
        Other { id: Id(uuid::Uuid::from_u128(id)), kind: kind.to_owned(), beside, due_at: at(due), sent_at: sent.map(at) }
    }

    #[test]
    fn of_several_messages_about_one_thing_one_is_left() {
        use Beside::{News, Reminds, Yields};
        let now = at(100);
        for (mine, theirs, expected) in [
            // Two steps of one reminder: the later one is left.
            (other(1, "r", Reminds, 76, None), other(2, "r", Reminds, 100, None), true),
            (other(2, "r", Reminds, 100, None), other(1, "r", Reminds, 76, None), false),
            // The same instant: exactly one of the two.
            (other(1, "r", Reminds, 76, None), other(2, "r", Reminds, 76, None), true),
            (other(2, "r", Reminds, 76, None), other(1, "r", Reminds, 76, None), false),
            // The later step is not due yet.
            (other(1, "r", Reminds, 76, None), other(2, "r", Reminds, 101, None), false),
            // News overtakes what reminds or yields, and never the other way round.
            (other(2, "r", Reminds, 100, None), other(1, "n", News, 60, None), true),
            (other(2, "y", Yields, 100, None), other(1, "n", News, 60, None), true),
            (other(1, "n", News, 60, None), other(2, "r", Reminds, 100, None), false),
            (other(1, "n", News, 60, None), other(2, "m", News, 100, None), false),
            // Two kinds of reminders: the later one.
            (other(1, "r", Reminds, 76, None), other(2, "s", Reminds, 90, None), true),
            (other(2, "s", Reminds, 90, None), other(1, "r", Reminds, 76, None), false),
            // What went a moment ago, and what went long ago.
            (other(2, "r", Reminds, 100, None), other(1, "n", News, 60, Some(100)), true),
            (other(2, "r", Reminds, 100, None), other(1, "n", News, 60, Some(98)), false),
            (other(2, "y", Yields, 100, None), other(1, "n", News, 60, Some(100)), false),
        ] {
            assert_eq!(overtakes(&mine, &theirs, now), expected, "{mine:?} beside {theirs:?}");
        }
    }

    #[test]
    fn late_is_what_is_later_than_its_kind_allows() {
        let timing = Timing { stale_after: TimeDelta::hours(12), beside: Beside::Reminds, bound: Bound::Once("a test") };
        assert!(!timing.is_late(at(0), at(12)) && timing.is_late(at(0), at(13)) && !timing.is_late(at(5), at(0)));
    }
}
