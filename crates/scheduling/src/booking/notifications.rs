//! Notifications to practitioners about their appointments. Each change replaces the messages about the change before that have
//! not been sent, waits a few minutes in case another follows, and is worded when it is due, from the state of the appointment at
//! that time: a cancelled appointment sends no reminder.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{ActorKind, AppointmentState};
use super::policy::policies;
use super::queries::{appointments as records, history};
use super::{messages, rules};
use people::notifications;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Decision, Render, ScheduledNotification};

const BOOKED: &str = "appointment_booked";
const MOVED: &str = "appointment_moved";
const CANCELLED: &str = "appointment_cancelled";
const REMINDER: &str = "appointment_reminder";

/// How long a message about an appointment without a valid slot is postponed: staff are looking for another one.
const ORPHANED_DELAY: TimeDelta = TimeDelta::minutes(30);

/// The kinds of notification of this module.
pub const KINDS: [(&str, Render); 4] = [(BOOKED, render), (MOVED, render), (CANCELLED, render), (REMINDER, render)];

/// Notifies the practitioner of a new appointment.
pub(super) fn booked(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    notify(tx, BOOKED, practitioner, appointment, starts_at)?;
    schedule_reminders(tx, practitioner, appointment, starts_at)
}

/// Notifies the practitioner that an appointment was moved.
pub(super) fn moved(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    notify(tx, MOVED, practitioner, appointment, starts_at)?;
    schedule_reminders(tx, practitioner, appointment, starts_at)
}

/// Notifies the practitioner that an appointment was cancelled.
pub(super) fn cancelled(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    notify(tx, CANCELLED, practitioner, appointment, starts_at)
}

fn notify(tx: &mut Tx, kind: &'static str, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    outbox::discard_waiting(tx, appointment)?;
    let due = rules::notify_at(starts_at, tx.now.get(), &policies());
    outbox::schedule_notification(tx, kind, practitioner, ("appointment", appointment), due.into())?;
    Ok(())
}

fn schedule_reminders(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    for time in rules::reminders(starts_at, tx.now.get(), &policies()) {
        outbox::schedule_notification(tx, REMINDER, practitioner, ("appointment", appointment), time.into())?;
    }
    Ok(())
}

/// Decides about a notification that is due.
fn render(tx: &mut Tx, notification: &ScheduledNotification) -> Result<Decision> {
    let Some(appointment) = records::find(tx, notification.subject)? else { return Ok(Decision::Discard) };
    let appointment = appointment.for_the_service();
    let facts = &appointment.facts;
    let expected = if notification.kind == CANCELLED { AppointmentState::Cancelled } else { AppointmentState::Booked };
    if facts.status != expected || facts.practitioner != notification.recipient || facts.starts_at <= tx.now.get() {
        return Ok(Decision::Discard);
    }
    // Staff are looking for another time or another clinician.
    let unsettled =
        appointment.orphaned_at.is_some() || conflicts::are_in_conflict(tx, facts.practitioner, appointment.clinician)?;
    if expected == AppointmentState::Booked && unsettled {
        return Ok(Decision::Postpone(tx.now + ORPHANED_DELAY));
    }
    let by = match history::of(tx, facts.id)?.last() {
        Some(entry) if entry.actor == facts.practitioner => ActorKind::Practitioner,
        _ => ActorKind::Staff,
    };
    let draft = match notification.kind.as_str() {
        MOVED => messages::moved(facts.id, facts.starts_at, by),
        CANCELLED => messages::cancelled(facts.id, facts.starts_at, by),
        REMINDER if notifications::queries::preferences(tx, facts.practitioner)?.reminders => {
            messages::reminder(facts.id, facts.starts_at)
        }
        REMINDER => return Ok(Decision::Discard),
        _ => messages::booked(facts.id, facts.starts_at),
    };
    notifications::decide_delivery(tx, facts.practitioner, &draft)
}
