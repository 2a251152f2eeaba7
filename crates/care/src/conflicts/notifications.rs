//! Notifications that ask coordinators to resolve arrangements between people who must not meet.

use super::detection::detect_conflicts;
use super::queries::ConflictScope;
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const CONFLICT: &str = "conflict_found";

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(CONFLICT, render)];

/// Queues an email to each coordinator without a conflict with this practitioner.
pub(super) fn notify_coordinators(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for coordinator in people_queries::active_with_role(tx, Role::Coordinator)? {
        let in_conflict = conflicts::are_in_conflict(tx, practitioner, coordinator)?;
        if !in_conflict && !outbox::is_waiting(tx, CONFLICT, coordinator, practitioner)? {
            outbox::schedule_notification(tx, CONFLICT, coordinator, ("practitioner", practitioner), tx.now)?;
        }
    }
    Ok(())
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let in_conflict = conflicts::are_in_conflict(tx, notification.subject, notification.recipient)?;
    if in_conflict || detect_conflicts(tx, ConflictScope::Practitioner(notification.subject))?.is_empty() {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Something needs to be rearranged",
        sentence: "something that is arranged needs to be with another person.".to_owned(),
        path: "/conflicts".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}
