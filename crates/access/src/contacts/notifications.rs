//! Notifies the staff of the contact line that tasks are overdue. What is sent, and whether anything is, is decided when the
//! notification is due: several overdue tasks make one message, and none is sent about tasks that were done meanwhile or that the
//! recipient may not know of.

use super::queries::tasks;
use super::visibility;
use people::accounts;
use people::accounts::emails::StaffTaskNotification;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const OVERDUE_TASK: &str = "contact_task_late";

/// How many overdue tasks are examined for one that the recipient may know of.
const MAX_EXAMINED: i64 = 200;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 1] = [(OVERDUE_TASK, render)];

/// Notifies a member of staff, unless a message about overdue tasks is already waiting for them.
pub(super) fn notify_overdue(tx: &mut Tx, account: Id) -> Result<()> {
    if outbox::is_waiting(tx, OVERDUE_TASK, account, account)? {
        return Ok(());
    }
    outbox::schedule_notification(tx, OVERDUE_TASK, account, ("account", account), tx.now)
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let overdue = tasks::overdue_contacts(tx, MAX_EXAMINED)?;
    let hidden = visibility::hidden_from(tx, &overdue, notification.recipient)?;
    if overdue.iter().all(|contact| hidden.contains(contact)) {
        return Ok(Decision::Discard);
    }
    let task = StaffTaskNotification {
        subject: "Something is overdue",
        sentence: "a task that should be done by now is still open.".to_owned(),
        path: "/tasks".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &task)
}
