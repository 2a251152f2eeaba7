//! Notifications that invite practitioners to give feedback, sent by the channel each of them prefers.

use chrono::TimeDelta;

use super::messages;
use crate::risk::queries as alerts;
use people::notifications;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const INVITED: &str = "feedback_invited";

/// How long an invitation is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(7);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(INVITED, render)];

/// Invites a practitioner to give feedback.
pub(super) fn invite(tx: &mut Tx, practitioner: Id) -> Result<()> {
    outbox::schedule_notification(tx, INVITED, practitioner, ("practitioner", practitioner), tx.now)
}

/// A practitioner with an open risk alert is not invited.
fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    if alerts::has_open_alert(tx, notification.recipient)? {
        return Ok(Decision::Discard);
    }
    let draft = messages::feedback_invitation((notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
