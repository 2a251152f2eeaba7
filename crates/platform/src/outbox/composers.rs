//! Notices, and who decides about which kind of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::message::Message;
use super::timing::{Bound, Timing};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::rests::Rest;

/// A message that is due, of which only this is known.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Names the message.
    pub id: Id,
    /// What it is about, in one word.
    pub kind: String,
    /// Whose account it goes to.
    pub recipient: Id,
    /// The thing that it is about.
    pub subject: Id,
    /// When it was asked for.
    pub created_at: UtcTime,
}

/// What becomes of a notice that is due.
#[derive(Debug)]
pub enum Verdict {
    /// It goes out, so.
    Send(Message),
    /// Not before this instant; then it is decided again.
    Later(UtcTime),
    /// It is not true any more, or not wanted.
    NotAnyMore,
}

/// Decides about a notice that is due, from what is true now. Runs in the transaction that claims it, perhaps more than once,
/// so it touches nothing but the connection; the platform is there for keys and settings.
pub type Compose = fn(&mut Tx, &Notice) -> Result<Verdict>;

/// Who decides about which kind of notice, and how late a message of each kind may leave.
#[derive(Debug, Clone, Default)]
pub struct Composers {
    known: Arc<BTreeMap<&'static str, Compose>>,
    timings: Arc<BTreeMap<&'static str, Timing>>,
}

impl Composers {
    /// The kinds of notices, each with the function that knows it, and the kinds of messages that may be too late.
    pub fn new(
        known: impl IntoIterator<Item = (&'static str, Compose)>,
        timings: impl IntoIterator<Item = (&'static str, Timing)>,
    ) -> Self {
        Self { known: Arc::new(known.into_iter().collect()), timings: Arc::new(timings.into_iter().collect()) }
    }

    /// The kinds of notices.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.known.keys().copied()
    }

    pub(super) fn of(&self, kind: &str) -> Option<Compose> {
        self.known.get(kind).copied()
    }

    pub(super) fn timing(&self, kind: &str) -> Option<Timing> {
        self.timings.get(kind).copied()
    }

    /// How many of a kind go to one address, if they are counted when they go.
    pub(super) fn held(&self, kind: &str) -> Option<Rest> {
        let (kind, timing) = self.timings.get_key_value(kind)?;
        match timing.bound {
            Bound::Held { most, within } => Some(Rest { kind, most, within }),
            Bound::Asked(_) | Bound::Once(_) => None,
        }
    }
}
