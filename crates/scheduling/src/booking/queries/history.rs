//! The history of an appointment: entries are added, never changed.

use diesel::prelude::*;

use crate::booking::model::AppointmentEvent;
use crate::schema::{appointment_events, appointments};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// An entry in the history of an appointment.
#[derive(Debug, Clone, Queryable)]
pub struct HistoryEntry {
    pub at: UtcTime,
    /// The account that acted.
    pub actor: Id,
    pub event: AppointmentEvent,
    /// When the appointment starts as of this event.
    pub starts_at: UtcTime,
    /// The clinician as of this event.
    pub clinician: Id,
    /// The reason or the attendance.
    pub detail: Option<String>,
}

/// Adds an entry to the history of an appointment, with the appointment's present slot, time and clinician.
pub fn record(tx: &mut Tx, appointment: Id, actor: Id, event: AppointmentEvent, detail: Option<&'static str>) -> Result<()> {
    let (slot, starts_at, clinician): (Id, UtcTime, Id) = appointments::table
        .find(appointment)
        .select((appointments::slot_id, appointments::starts_at, appointments::clinician_id))
        .get_result(tx.conn)?;
    diesel::insert_into(appointment_events::table)
        .values((
            appointment_events::id.eq(Id::new(tx.now)),
            appointment_events::appointment_id.eq(appointment),
            appointment_events::at.eq(tx.now),
            appointment_events::actor_id.eq(actor),
            appointment_events::event.eq(event),
            appointment_events::slot_id.eq(slot),
            appointment_events::starts_at.eq(starts_at),
            appointment_events::clinician_id.eq(clinician),
            appointment_events::detail.eq(detail),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The history of an appointment, oldest first, up to the last hundred events.
pub fn of(tx: &mut Tx, appointment: Id) -> Result<Vec<HistoryEntry>> {
    let mut entries: Vec<HistoryEntry> = appointment_events::table
        .filter(appointment_events::appointment_id.eq(appointment))
        .order((appointment_events::at.desc(), appointment_events::id.desc()))
        .limit(100)
        .select((
            appointment_events::at,
            appointment_events::actor_id,
            appointment_events::event,
            appointment_events::starts_at,
            appointment_events::clinician_id,
            appointment_events::detail,
        ))
        .load(tx.conn)?;
    entries.reverse();
    Ok(entries)
}
