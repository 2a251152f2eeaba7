//! What happens to a practitioner's bookings when their care ends.

use diesel::prelude::*;

use super::model::{AppointmentCancelReason, AppointmentEvent, AppointmentState};
use super::queries::{appointments as records, booking, history, slots as slot_records};
use crate::calendar::messages as calendar;
use crate::calendar::messages::Change;
use crate::schema::{appointments, slots};
use access::funding::funded_sessions;
use people::relationships::{Basis, conflicts};
use platform::Tx;
use platform::audit;
use platform::audit::{About, Actor};
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox;

/// Releases the slots that a practitioner holds; returns how many.
///
/// # Errors
/// When the database fails.
pub fn release_holds(tx: &mut Tx, practitioner: Id) -> Result<usize> {
    let held = slots::table.filter(slots::held_by.eq(Some(practitioner))).filter(slots::held_until.gt(Some(tx.now)));
    Ok(diesel::update(held).set((slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>))).execute(tx.conn)?)
}

/// Releases the slots that this practitioner holds with clinicians they are in conflict with.
///
/// # Errors
/// When the database fails.
pub fn release_conflicting_holds(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let held: Vec<(Id, Id)> = slots::table
        .filter(slots::held_by.eq(Some(practitioner)))
        .filter(slots::held_until.gt(Some(tx.now)))
        .select((slots::id, slots::clinician_id))
        .load(tx.conn)?;
    for (slot, clinician) in held {
        if conflicts::are_in_conflict(tx, practitioner, clinician)? {
            slot_records::release_hold(tx, practitioner, slot)?;
        }
    }
    Ok(())
}

/// The same for every practitioner who holds a slot with this clinician.
///
/// # Errors
/// When the database fails.
pub fn release_conflicting_holds_with(tx: &mut Tx, clinician: Id) -> Result<()> {
    let holders: Vec<Option<Id>> = slots::table
        .filter(slots::clinician_id.eq(clinician))
        .filter(slots::starts_at.gt(tx.now))
        .filter(slots::held_until.gt(Some(tx.now)))
        .select(slots::held_by)
        .load(tx.conn)?;
    holders.into_iter().flatten().try_for_each(|practitioner| release_conflicting_holds(tx, practitioner))
}

/// Cancels every upcoming appointment of a practitioner who has died; returns how many. The practitioner gets no message; their
/// clinicians are notified of the change in their calendars as of any other. The caller has locked the practitioner's row.
///
/// # Errors
/// When the database fails.
pub fn cancel_upcoming(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("an appointment is cancelled without an account"))?;
    let upcoming: Vec<(Id, Id)> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentState::Booked))
        .filter(appointments::starts_at.gt(tx.now))
        .order((appointments::starts_at, appointments::id))
        .select((appointments::id, appointments::slot_id))
        .load(tx.conn)?;
    let (ids, taken): (Vec<Id>, Vec<Id>) = upcoming.into_iter().unzip();
    booking::lock(tx, &taken)?;
    for id in &ids {
        let Some(appointment) = records::find(tx, *id)? else { continue };
        let appointment = appointment.for_the_service();
        let reason = AppointmentCancelReason::PractitionerOther;
        records::cancel(tx, &appointment, reason, Some("Care has ended."))?;
        slot_records::release_booked(tx, appointment.facts.slot, appointment.orphaned_at.is_some())?;
        funded_sessions::release(tx, *id, false)?;
        history::record(tx, *id, by, AppointmentEvent::Cancelled, Some(reason.as_str()))?;
        let about = About { practitioner, basis: Basis::Service.as_str() };
        audit::record_about(tx, actor, "appointment.cancelled", ("appointment", Some(*id)), about)?;
        outbox::discard_waiting(tx, *id)?;
        let change = Change::appointment(*id, Some(appointment.facts.starts_at), None);
        calendar::notify(tx, appointment.clinician, actor.id, change)?;
    }
    Ok(ids.len())
}
