//! What practitioners are told of their appointments. Each change overtakes what has not been sent about the one before, rests a
//! few minutes in case another follows, and is put into words when it is due, from how the appointment stands then: so nobody is
//! reminded of an appointment that was called off.

use chrono::{DateTime, TimeDelta, Utc};

use super::figures::policies;
use super::model::{ActorKind, AppointmentStatus};
use super::queries::{appointments as records, history};
use super::{letters, rules};
use people::notifications as messages;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;
use platform::outbox::{Compose, Notice, Verdict};

const BOOKED: &str = "appointment_booked";
const MOVED: &str = "appointment_moved";
const CANCELLED: &str = "appointment_cancelled";
const REMINDER: &str = "appointment_reminder";

/// How long a notice waits about an appointment that has lost its slot: somebody is finding it another.
const ORPHANED: TimeDelta = TimeDelta::minutes(30);

/// The kinds that are known here.
pub const KINDS: [(&str, Compose); 4] = [(BOOKED, compose), (MOVED, compose), (CANCELLED, compose), (REMINDER, compose)];

/// An appointment was booked.
pub(super) fn booked(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    tell(tx, BOOKED, practitioner, appointment, starts_at)?;
    remind(tx, practitioner, appointment, starts_at)
}

/// It was moved.
pub(super) fn moved(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    tell(tx, MOVED, practitioner, appointment, starts_at)?;
    remind(tx, practitioner, appointment, starts_at)
}

/// It was called off.
pub(super) fn cancelled(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    tell(tx, CANCELLED, practitioner, appointment, starts_at)
}

fn tell(tx: &mut Tx, kind: &'static str, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    outbox::drop_waiting(tx, appointment)?;
    let due = rules::told_at(starts_at, tx.now.get(), &policies());
    outbox::notice(tx, kind, practitioner, ("appointment", appointment), due.into())?;
    Ok(())
}

fn remind(tx: &mut Tx, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>) -> Result<()> {
    for time in rules::reminders(starts_at, tx.now.get(), &policies()) {
        outbox::notice(tx, REMINDER, practitioner, ("appointment", appointment), time.into())?;
    }
    Ok(())
}

/// Decides about a notice that is due.
fn compose(tx: &mut Tx, notice: &Notice) -> Result<Verdict> {
    let Some(open) = records::open(tx, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let facts = &open.facts;
    let still = if notice.kind == CANCELLED { AppointmentStatus::Cancelled } else { AppointmentStatus::Booked };
    if facts.status != still || facts.practitioner != notice.recipient || facts.starts_at <= tx.now.get() {
        return Ok(Verdict::NotAnyMore);
    }
    // Somebody is finding it another time, or another person.
    let unsettled = open.orphaned_at.is_some() || conflicts::are_in_conflict(tx, facts.practitioner, open.clinician)?;
    if still == AppointmentStatus::Booked && unsettled {
        return Ok(Verdict::Later(tx.now + ORPHANED));
    }
    let by = match history::of(tx, facts.id)?.last() {
        Some(happening) if happening.actor == facts.practitioner => ActorKind::Practitioner,
        _ => ActorKind::Staff,
    };
    let draft = match notice.kind.as_str() {
        MOVED => letters::moved(facts.id, facts.starts_at, by),
        CANCELLED => letters::cancelled(facts.id, facts.starts_at, by),
        REMINDER if messages::queries::wishes(tx, facts.practitioner)?.reminders => letters::reminder(facts.id, facts.starts_at),
        REMINDER => return Ok(Verdict::NotAnyMore),
        _ => letters::booked(facts.id, facts.starts_at),
    };
    messages::address(tx, facts.practitioner, &draft)
}
