//! Notifications of due and overdue follow-ups, sent by the channel each practitioner prefers. Nothing is sent if the
//! practitioner has booked meanwhile, has declined, or is no longer in care.

use chrono::TimeDelta;

use super::model::FollowUpState;
use super::queries::{self, chasing as records};
use super::{letters, rules};
use people::notifications;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const REMINDER: &str = "follow_up_reminder";
const CHASER: &str = "follow_up_chaser";

/// How long a notification is useful.
const WORTH_TELLING: TimeDelta = TimeDelta::days(7);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Compose); 2] = [(REMINDER, compose), (CHASER, compose)];

/// Notifies a practitioner that a follow-up is due.
pub(super) fn remind(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::notice(tx, REMINDER, practitioner, ("follow_up", follow_up), tx.now)
}

/// Notifies a practitioner that a follow-up is overdue.
pub(super) fn chase(tx: &mut Tx, practitioner: Id, follow_up: Id) -> Result<()> {
    outbox::notice(tx, CHASER, practitioner, ("follow_up", follow_up), tx.now)
}

fn compose(tx: &mut Tx, notification: &Notice) -> Result<Verdict> {
    let Some(one) = queries::find(tx, notification.subject)? else { return Ok(Verdict::NotAnyMore) };
    let facts = records::letters(tx, &one)?;
    let state = rules::state(&one.standing, tx.now.london_day());
    let open = matches!(state, FollowUpState::Due | FollowUpState::Overdue);
    if !open || !facts.worth_writing || rules::has_declined(&facts) {
        return Ok(Verdict::NotAnyMore);
    }
    let until = (notification.created_at + WORTH_TELLING).get();
    let draft = if notification.kind == CHASER {
        letters::chaser(notification.subject, until)
    } else {
        letters::reminder(notification.subject, until)
    };
    notifications::address(tx, notification.recipient, &draft)
}
