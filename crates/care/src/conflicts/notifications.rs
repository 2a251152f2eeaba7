//! Notifications that ask coordinators to resolve arrangements between people who must not meet, and that tell the practitioner
//! when one is settled.

use chrono::TimeDelta;

use super::messages;
use super::model::{ConflictOutcome, ConflictTask};
use super::queries::tasks;
use people::Role;
use people::accounts;
use people::accounts::queries as people_queries;
use people::notifications;
use people::relationships::model::ArrangementKind;
use people::relationships::{conflicts, escalation};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const CONFLICT: &str = "conflict_found";
const UNREACHED: &str = "conflict_unreached";
const SETTLED: &str = "conflict_settled";

/// How long the message that something is settled is useful.
const USEFUL_FOR: TimeDelta = TimeDelta::days(7);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 3] = [(CONFLICT, render), (UNREACHED, render_unreached), (SETTLED, render_settled)];

fn coordinators(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let all = people_queries::active_with_role(tx, Role::Coordinator)?;
    conflicts::permitted_staff(tx, practitioner, all)
}

/// Queues an email to each coordinator without a conflict with this practitioner.
pub(super) fn notify_coordinators(tx: &mut Tx, practitioner: Id) -> Result<()> {
    for coordinator in coordinators(tx, practitioner)? {
        if !outbox::is_waiting(tx, CONFLICT, coordinator, practitioner)? {
            outbox::schedule_notification(tx, CONFLICT, coordinator, ("practitioner", practitioner), tx.now)?;
        }
    }
    Ok(())
}

/// Asks for another coordinator when there is a task and each coordinator has a conflict with this practitioner.
pub(super) fn escalate_unreached(tx: &mut Tx, practitioner: Id) -> Result<()> {
    if tasks::open_of(tx, practitioner)?.is_empty() || !coordinators(tx, practitioner)?.is_empty() {
        return Ok(());
    }
    for recipient in escalation::recipients(tx, practitioner)? {
        if !outbox::is_waiting(tx, UNREACHED, recipient, practitioner)? {
            outbox::schedule_notification(tx, UNREACHED, recipient, ("practitioner", practitioner), tx.now)?;
        }
    }
    Ok(())
}

/// Tells the practitioner that something is settled. They get the messages about a moved or cancelled appointment anyway, and
/// nothing about other members of a group, of who they do not know.
pub(super) fn notify_settled(tx: &mut Tx, task: &ConflictTask, outcome: ConflictOutcome) -> Result<()> {
    let informed = !matches!(outcome, ConflictOutcome::NoLongerInConflict | ConflictOutcome::ArrangementOver)
        && task.kind != ArrangementKind::Appointment
        && task.clinician.is_some();
    if informed && !outbox::is_waiting(tx, SETTLED, task.practitioner, task.practitioner)? {
        outbox::schedule_notification(tx, SETTLED, task.practitioner, ("practitioner", task.practitioner), tx.now)?;
    }
    Ok(())
}

fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let in_conflict = conflicts::are_in_conflict(tx, notification.subject, notification.recipient)?;
    if in_conflict || tasks::open_of(tx, notification.subject)?.is_empty() {
        return Ok(Decision::Discard);
    }
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Something needs to be rearranged",
        sentence: "something that is arranged needs to be with another person.".to_owned(),
        path: "/conflicts".to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}

fn render_unreached(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let practitioner = notification.subject;
    if !coordinators(tx, practitioner)?.is_empty() || tasks::open_of(tx, practitioner)?.is_empty() {
        return Ok(Decision::Discard);
    }
    let (request, path) = escalation::request_to(tx, notification.recipient)?;
    let draft = accounts::emails::StaffTaskNotification {
        subject: "Another coordinator is needed now",
        sentence: format!(
            "something that is arranged needs to be with another person, and no coordinator may look at it. {request}"
        ),
        path: path.to_owned(),
    };
    accounts::decide_staff_email(tx, notification.recipient, &draft)
}

fn render_settled(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let draft = messages::settled((notification.created_at + USEFUL_FOR).get());
    notifications::decide_delivery(tx, notification.recipient, &draft)
}
