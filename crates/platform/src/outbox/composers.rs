//! Notifications, and the functions that render each kind of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::message::Message;
use super::timing::{Bound, Timing};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::rests::Rest;

/// A notification that is due, before it is rendered.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The id of the message.
    pub id: Id,
    /// The kind of notification, such as `appointment_reminder`.
    pub kind: String,
    /// The account that receives it.
    pub recipient: Id,
    /// The id of the record that it is about.
    pub subject: Id,
    /// When it was requested.
    pub created_at: UtcTime,
}

/// What is done with a notification that is due.
#[derive(Debug)]
pub enum Verdict {
    /// It is sent with this content.
    Send(Message),
    /// It is postponed to this instant; then it is decided again.
    Later(UtcTime),
    /// It no longer applies, or is not wanted.
    NotAnyMore,
}

/// Decides about a notification that is due, from the current data. Runs in the transaction that claims it, perhaps more than
/// once, so it must not change anything but the database.
pub type Compose = fn(&mut Tx, &Notice) -> Result<Verdict>;

/// Who renders which kind of notification, and how late a message of each kind may be sent.
#[derive(Debug, Clone, Default)]
pub struct Composers {
    known: Arc<BTreeMap<&'static str, Compose>>,
    timings: Arc<BTreeMap<&'static str, Timing>>,
}

impl Composers {
    /// The kinds of notifications, each with the function that renders it, and the timing of every kind of message.
    pub fn new(
        known: impl IntoIterator<Item = (&'static str, Compose)>,
        timings: impl IntoIterator<Item = (&'static str, Timing)>,
    ) -> Self {
        Self { known: Arc::new(known.into_iter().collect()), timings: Arc::new(timings.into_iter().collect()) }
    }

    /// The kinds of notifications.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.known.keys().copied()
    }

    pub(super) fn of(&self, kind: &str) -> Option<Compose> {
        self.known.get(kind).copied()
    }

    pub(super) fn timing(&self, kind: &str) -> Option<Timing> {
        self.timings.get(kind).copied()
    }

    /// How many messages of a kind go to one address, if they are counted when they are sent.
    pub(super) fn held(&self, kind: &str) -> Option<Rest> {
        let (kind, timing) = self.timings.get_key_value(kind)?;
        match timing.bound {
            Bound::Held { most, within } => Some(Rest { kind, most, within }),
            Bound::Asked(_) | Bound::Once(_) => None,
        }
    }
}
