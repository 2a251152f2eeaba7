//! The statements that book a slot: the slot is locked and taken, the practitioner's live appointments are read, and the new one
//! is written.

use diesel::prelude::*;

use super::appointments::seal_texts;
use crate::booking::model::{AppointmentState, BookingFacts, LiveAppointmentCounts, SlotFacts, SlotState};
use crate::clinicians::model::AppointmentKind;
use crate::schema::{appointments, slots};
use platform::Tx;
use platform::db::Conn;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::private::trimmed_non_empty;
use platform::refusal::Reason;

/// Locks these slots until the transaction ends, always in the order of their ids, so that two requests about the same two slots
/// wait for each other instead of deadlocking. SQLite has a single writer and needs no lock.
pub fn lock(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    if let Conn::Postgres(inner) = tx.conn {
        let rows = slots::table.filter(slots::id.eq_any(ids.to_vec())).order(slots::id).select(slots::id);
        rows.for_update().load::<Id>(inner)?;
    }
    Ok(())
}

/// The same for a slot together with the slots that the practitioner holds.
pub fn lock_with_held(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    if let Conn::Postgres(inner) = tx.conn {
        let rows = slots::table.filter(slots::id.eq(id).or(slots::held_by.eq(Some(practitioner)))).order(slots::id);
        rows.select(slots::id).for_update().load::<Id>(inner)?;
    }
    Ok(())
}

/// A live appointment: id, kind, start and end.
pub type LiveAppointment = (Id, AppointmentKind, UtcTime, UtcTime);

/// The live appointments of a practitioner.
pub fn live_appointments(tx: &mut Tx, practitioner: Id) -> Result<Vec<LiveAppointment>> {
    Ok(appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentState::Booked))
        .select((appointments::id, appointments::kind, appointments::starts_at, appointments::ends_at))
        .load(tx.conn)?)
}

/// The number of live appointments of each kind.
pub fn count_by_kind(appointments: &[LiveAppointment]) -> LiveAppointmentCounts {
    let mut live = LiveAppointmentCounts::default();
    for (_, kind, ..) in appointments {
        match kind {
            AppointmentKind::Assessment => live.assessments += 1,
            AppointmentKind::Treatment => live.treatments += 1,
        }
    }
    live
}

/// Live appointments as they count for a slot: by kind, and whether one overlaps it. `except` is an appointment to leave out.
pub fn relative_to_slot(appointments: &[LiveAppointment], slot: &SlotFacts, except: Option<Id>) -> LiveAppointmentCounts {
    let mut live = LiveAppointmentCounts::default();
    for (_, kind, starts_at, ends_at) in appointments.iter().filter(|(id, ..)| Some(*id) != except) {
        match kind {
            AppointmentKind::Assessment => live.assessments += 1,
            AppointmentKind::Treatment => live.treatments += 1,
        }
        live.overlapping |= starts_at.get() < slot.ends_at && slot.starts_at < ends_at.get();
    }
    live
}

/// Takes a slot for a practitioner's appointment. The update of the row decides who gets it.
///
/// # Errors
/// 409 `slot_taken` when it is not free, or another practitioner holds it.
pub fn take(tx: &mut Tx, id: Id, practitioner: Id) -> Result<()> {
    let free = slots::held_until.is_null().or(slots::held_until.le(Some(tx.now))).or(slots::held_by.eq(Some(practitioner)));
    let taken = diesel::update(slots::table.filter(slots::id.eq(id)).filter(slots::state.eq(SlotState::Free)).filter(free))
        .set((slots::state.eq(SlotState::Booked), slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>)))
        .execute(tx.conn)?;
    if taken == 1 { Ok(()) } else { Err(Reason::SlotTaken.into()) }
}

/// Stores the appointment that these facts describe.
///
/// # Errors
/// 409 `slot_taken` or `appointment_overlaps` when a constraint of the schema would be violated.
pub fn insert(tx: &mut Tx, id: Id, facts: &BookingFacts, phone: Option<String>, by: Id) -> Result<()> {
    let slot = &facts.slot;
    let texts = seal_texts(tx.sealer, id, trimmed_non_empty(facts.arrangements.as_ref()), phone)?;
    diesel::insert_into(appointments::table)
        .values((
            appointments::id.eq(id),
            appointments::slot_id.eq(slot.id),
            appointments::practitioner_id.eq(facts.practitioner),
            appointments::clinician_id.eq(slot.clinician),
            appointments::kind.eq(slot.kind),
            appointments::mode.eq(slot.mode),
            appointments::place.eq(&facts.place),
            appointments::starts_at.eq(UtcTime::from(slot.starts_at)),
            appointments::ends_at.eq(UtcTime::from(slot.ends_at)),
            appointments::status.eq(AppointmentState::Booked),
            appointments::arrangements.eq(texts),
            appointments::booked_by.eq(by),
            appointments::moves.eq(0),
            appointments::version.eq(1),
            appointments::created_at.eq(tx.now),
            appointments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(map_constraint_error)?;
    Ok(())
}

/// Moves an appointment to another slot.
///
/// # Errors
/// As [`insert`].
pub fn move_to(tx: &mut Tx, id: Id, slot: &SlotFacts, place: Option<&str>) -> Result<()> {
    diesel::update(appointments::table.find(id))
        .set((
            appointments::slot_id.eq(slot.id),
            appointments::clinician_id.eq(slot.clinician),
            appointments::mode.eq(slot.mode),
            appointments::place.eq(place),
            appointments::starts_at.eq(UtcTime::from(slot.starts_at)),
            appointments::ends_at.eq(UtcTime::from(slot.ends_at)),
            appointments::orphaned_at.eq(None::<UtcTime>),
            appointments::moves.eq(appointments::moves + 1),
            appointments::version.eq(appointments::version + 1),
            appointments::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(map_constraint_error)?;
    Ok(())
}

fn map_constraint_error(error: diesel::result::Error) -> Error {
    if violates(&error, "appointments_live_slot|appointments.slot_id") {
        Reason::SlotTaken.into()
    } else if violates(&error, "appointments_no_overlap") {
        Reason::AppointmentOverlaps.into()
    } else {
        error.into()
    }
}
