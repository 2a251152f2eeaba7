//! Notifies the staff of the contact line that tasks are overdue or that someone asked for a call and is in danger, and the clinicians on
//! duty of danger. What is sent, and whether anything is, is decided when the notification is due: several tasks make one message,
//! and none is sent about tasks that were done meanwhile or that the recipient may not know of.

use std::collections::BTreeSet;

use super::queries::tasks;
use super::visibility;
use people::Role;
use people::accounts;
use people::accounts::emails::StaffTaskNotification;
use people::accounts::queries as people_queries;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const OVERDUE_TASK: &str = "contact_task_late";
const DANGER: &str = "contact_danger";
const DANGER_REQUESTED: &str = "contact_danger_requested";

/// How many tasks are examined for one that the recipient may know of.
const MAX_EXAMINED: i64 = 200;

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] =
    [(OVERDUE_TASK, render), (DANGER, render_for_clinician), (DANGER_REQUESTED, render_request)];

/// Notifies a member of staff of overdue tasks.
pub(super) fn notify_overdue(tx: &mut Tx, account: Id) -> Result<()> {
    schedule(tx, OVERDUE_TASK, account)
}

/// Notifies a clinician on duty of danger, at any hour.
pub(super) fn notify_of_danger(tx: &mut Tx, clinician: Id) -> Result<()> {
    schedule(tx, DANGER, clinician)
}

/// Notifies everyone who answers the contact line that someone asked for a call and is in danger, at any hour: no one has spoken to them.
pub(super) fn notify_of_request_in_danger(tx: &mut Tx) -> Result<()> {
    for role in [Role::CallHandler, Role::Coordinator] {
        for account in people_queries::active_with_role(tx, role)? {
            schedule(tx, DANGER_REQUESTED, account)?;
        }
    }
    Ok(())
}

/// A message that has not been sent yet covers all that is open by then. Anyone can ask for calls again and again: so their messages do
/// not pile up before one about another person.
fn schedule(tx: &mut Tx, kind: &'static str, account: Id) -> Result<()> {
    if outbox::is_waiting(tx, kind, account, account)? {
        return Ok(());
    }
    outbox::schedule_notification(tx, kind, account, ("account", account), tx.now)
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let overdue = tasks::overdue_contacts(tx, MAX_EXAMINED)?;
    let hidden = visibility::hidden_from(tx, &overdue, notification.recipient)?;
    let task = StaffTaskNotification {
        subject: "Something is overdue",
        sentence: "a task that should be done by now is still open.".to_owned(),
        path: "/tasks".to_owned(),
    };
    decide(tx, notification, (&overdue, &hidden), &task)
}

fn render_for_clinician(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let in_danger = tasks::contacts_in_danger(tx, MAX_EXAMINED)?;
    let hidden = visibility::hidden_from_clinician(tx, &in_danger, notification.recipient)?;
    let task = StaffTaskNotification {
        subject: "Please call your colleagues now",
        sentence: "your colleagues who answer the telephone need you now, because you are on duty. Please call them.".to_owned(),
        path: "/alerts".to_owned(),
    };
    decide(tx, notification, (&in_danger, &hidden), &task)
}

fn render_request(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let in_danger = tasks::contacts_in_danger(tx, MAX_EXAMINED)?;
    let hidden = visibility::hidden_from(tx, &in_danger, notification.recipient)?;
    let task = StaffTaskNotification {
        subject: "Please look at the app now",
        sentence: "someone asked for a call and cannot wait. Please look at it now.".to_owned(),
        path: "/tasks".to_owned(),
    };
    decide(tx, notification, (&in_danger, &hidden), &task)
}

/// Sends the message unless all contacts that it is about are hidden from the recipient, or there are none any more.
fn decide(
    tx: &mut Tx,
    notification: &ScheduledNotification,
    (contacts, hidden): (&[Id], &BTreeSet<Id>),
    task: &StaffTaskNotification,
) -> Result<Decision> {
    if contacts.iter().all(|contact| hidden.contains(contact)) {
        return Ok(Decision::Discard);
    }
    accounts::decide_staff_email(tx, notification.recipient, task)
}
