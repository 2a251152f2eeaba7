//! Notifications of due and overdue follow-ups, sent by the channel each practitioner prefers. Nothing is sent if the
//! practitioner has booked meanwhile, has declined, or is no longer in care.

use chrono::TimeDelta;

use super::model::FollowUpState;
use super::queries::{self, jobs as records};
use super::{messages, rules};
use people::notifications;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const REMINDER: &str = "follow_up_reminder";
const CHASER: &str = "follow_up_chaser";

/// How long a notification is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(7);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 2] = [(REMINDER, render), (CHASER, render)];

/// Notifies a practitioner that a follow-up is due.
pub(super) fn remind(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::schedule_notification(tx, REMINDER, practitioner, ("follow_up", follow_up), tx.now)
}

/// Notifies a practitioner that a follow-up is overdue.
pub(super) fn chase(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::schedule_notification(tx, CHASER, practitioner, ("follow_up", follow_up), tx.now)
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(one) = queries::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let one = one.for_the_service();
    let facts = records::message_facts(tx, &one)?;
    let state = rules::state(&one.facts, tx.now.london_day());
    let open = matches!(state, FollowUpState::Due | FollowUpState::Overdue);
    if !open || !facts.message_useful || rules::has_declined(&facts) {
        return Ok(Decision::Discard);
    }
    let until = (notification.created_at + USEFUL_FOR).get();
    let draft = if notification.kind == CHASER {
        messages::overdue_reminder(notification.subject, until)
    } else {
        messages::reminder(notification.subject, until)
    };
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
