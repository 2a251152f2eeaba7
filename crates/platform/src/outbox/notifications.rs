//! Notifications, and the functions that render each kind of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::message::Message;
use super::timing::{SendLimit, Timing};
use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::recipient_limits::RecipientLimit;

/// A notification that is due, before it is rendered.
#[derive(Debug, Clone)]
pub struct ScheduledNotification {
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
pub enum Decision {
    /// It is sent with this content.
    Send(Message),
    /// It is postponed to this instant; then it is decided again.
    Postpone(UtcTime),
    /// It no longer applies, or is not wanted.
    Discard,
}

/// Decides about a notification that is due, from the current data. Runs in the transaction that claims it, perhaps more than
/// once, so it must not change anything but the database.
pub type Render = fn(&mut Tx, &ScheduledNotification) -> Result<Decision>;

/// Who renders which kind of notification, and how late a message of each kind may be sent.
#[derive(Debug, Clone, Default)]
pub struct NotificationRegistry {
    renderers: Arc<BTreeMap<&'static str, Render>>,
    timings: Arc<BTreeMap<&'static str, Timing>>,
}

impl NotificationRegistry {
    /// The kinds of notifications, each with the function that renders it, and the timing of every kind of message.
    pub fn new(
        known: impl IntoIterator<Item = (&'static str, Render)>,
        timings: impl IntoIterator<Item = (&'static str, Timing)>,
    ) -> Self {
        Self { renderers: Arc::new(known.into_iter().collect()), timings: Arc::new(timings.into_iter().collect()) }
    }

    /// The kinds of notifications.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.renderers.keys().copied()
    }

    pub(super) fn renderer(&self, kind: &str) -> Option<Render> {
        self.renderers.get(kind).copied()
    }

    pub(super) fn timing(&self, kind: &str) -> Option<Timing> {
        self.timings.get(kind).copied()
    }

    /// How many messages of a kind go to one address, if they are counted when they are sent.
    pub(super) fn recipient_limit(&self, kind: &str) -> Option<RecipientLimit> {
        let (kind, timing) = self.timings.get_key_value(kind)?;
        match timing.limit {
            SendLimit::WhenSent { most, within } => Some(RecipientLimit { kind, max: most, within }),
            SendLimit::WhenQueued(_) | SendLimit::Single(_) => None,
        }
    }
}
