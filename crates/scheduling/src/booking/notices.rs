//! What practitioners are told of their appointments. Each change overtakes what has not been sent about the one before, rests a
//! few minutes in case another follows, and is put into words when it is due, from how the appointment stands then: so nobody is
//! reminded of an appointment that was called off.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{AppointmentStatus, By};
use super::queries::{appointments as records, history};
use super::{letters, policies, rules};
use people::notifications as messages;
use people::relationships::conflicts;
use platform::Platform;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
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
pub(super) fn booked(conn: &mut Conn, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>, now: UtcTime) -> Result<()> {
    tell(conn, BOOKED, practitioner, appointment, starts_at, now)?;
    remind(conn, practitioner, appointment, starts_at, now)
}

/// It was moved.
pub(super) fn moved(conn: &mut Conn, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>, now: UtcTime) -> Result<()> {
    tell(conn, MOVED, practitioner, appointment, starts_at, now)?;
    remind(conn, practitioner, appointment, starts_at, now)
}

/// It was called off.
pub(super) fn cancelled(
    conn: &mut Conn,
    practitioner: Id,
    appointment: Id,
    starts_at: DateTime<Utc>,
    now: UtcTime,
) -> Result<()> {
    tell(conn, CANCELLED, practitioner, appointment, starts_at, now)
}

fn tell(
    conn: &mut Conn,
    kind: &'static str,
    practitioner: Id,
    appointment: Id,
    starts_at: DateTime<Utc>,
    now: UtcTime,
) -> Result<()> {
    outbox::drop_waiting(conn, appointment, now)?;
    let due = rules::told_at(starts_at, now.get(), &policies());
    outbox::notice(conn, kind, practitioner, ("appointment", appointment), due.into(), now)?;
    Ok(())
}

fn remind(conn: &mut Conn, practitioner: Id, appointment: Id, starts_at: DateTime<Utc>, now: UtcTime) -> Result<()> {
    for time in rules::reminders(starts_at, now.get(), &policies()) {
        outbox::notice(conn, REMINDER, practitioner, ("appointment", appointment), time.into(), now)?;
    }
    Ok(())
}

/// Decides about a notice that is due.
fn compose(conn: &mut Conn, platform: &Platform, notice: &Notice, now: UtcTime) -> Result<Verdict> {
    let Some(open) = records::open(conn, &platform.sealer, notice.subject)? else { return Ok(Verdict::NotAnyMore) };
    let facts = &open.facts;
    let still = if notice.kind == CANCELLED { AppointmentStatus::Cancelled } else { AppointmentStatus::Booked };
    if facts.status != still || facts.practitioner != notice.recipient || facts.starts_at <= now.get() {
        return Ok(Verdict::NotAnyMore);
    }
    // Somebody is finding it another time, or another person.
    let unsettled = open.orphaned_at.is_some() || conflicts::are_in_conflict(conn, facts.practitioner, open.clinician)?;
    if still == AppointmentStatus::Booked && unsettled {
        return Ok(Verdict::Later(now + ORPHANED));
    }
    let by = match history::of(conn, facts.id)?.last() {
        Some(happening) if happening.actor == facts.practitioner => By::Practitioner,
        _ => By::Staff,
    };
    let draft = match notice.kind.as_str() {
        MOVED => letters::moved(facts.id, facts.starts_at, by),
        CANCELLED => letters::cancelled(facts.id, facts.starts_at, by),
        REMINDER if messages::queries::wishes(conn, &platform.sealer, facts.practitioner)?.reminders => {
            letters::reminder(facts.id, facts.starts_at)
        }
        REMINDER => return Ok(Verdict::NotAnyMore),
        _ => letters::booked(facts.id, facts.starts_at),
    };
    messages::address(conn, platform, facts.practitioner, &draft, now)
}
