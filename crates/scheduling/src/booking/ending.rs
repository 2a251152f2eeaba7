//! What ends of a practitioner's bookings when their care ends.

use diesel::prelude::*;

use super::model::{AppointmentEvent, AppointmentStatus, CancelReason};
use super::queries::{appointments as records, history, slots as slot_records};
use crate::calendar::messages as calendar;
use crate::calendar::messages::Change;
use crate::schema::{appointments, slots};
use access::funding::cover;
use people::relationships::conflicts;
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox;

/// Gives back the slots that a practitioner holds; returns how many.
///
/// # Errors
/// When the database refuses.
pub fn release_holds(conn: &mut Conn, practitioner: Id, now: UtcTime) -> Result<usize> {
    let held = slots::table.filter(slots::held_by.eq(Some(practitioner))).filter(slots::held_until.gt(Some(now)));
    Ok(diesel::update(held).set((slots::held_by.eq(None::<Id>), slots::held_until.eq(None::<UtcTime>))).execute(conn)?)
}

/// Gives back the slots that this practitioner holds with clinicians whom they must not meet.
///
/// # Errors
/// When the database refuses.
pub fn release_conflicting_holds(conn: &mut Conn, practitioner: Id, now: UtcTime) -> Result<()> {
    let held: Vec<(Id, Id)> = slots::table
        .filter(slots::held_by.eq(Some(practitioner)))
        .filter(slots::held_until.gt(Some(now)))
        .select((slots::id, slots::clinician_id))
        .load(conn)?;
    for (slot, clinician) in held {
        if conflicts::are_in_conflict(conn, practitioner, clinician)? {
            slot_records::release_held(conn, practitioner, slot)?;
        }
    }
    Ok(())
}

/// The same for everybody who holds a slot with this clinician.
///
/// # Errors
/// When the database refuses.
pub fn release_conflicting_holds_with(conn: &mut Conn, clinician: Id, now: UtcTime) -> Result<()> {
    let holders: Vec<Option<Id>> = slots::table
        .filter(slots::clinician_id.eq(clinician))
        .filter(slots::starts_at.gt(now))
        .filter(slots::held_until.gt(Some(now)))
        .select(slots::held_by)
        .load(conn)?;
    holders.into_iter().flatten().try_for_each(|practitioner| release_conflicting_holds(conn, practitioner, now))
}

/// Cancels every appointment of a practitioner who has died that has not begun; returns how many. The practitioner is not written
/// to; their clinicians are told of a change in their calendars, as of any other. The practitioner's row is locked by the caller.
///
/// # Errors
/// When the database refuses.
pub fn cancel_ahead(conn: &mut Conn, platform: &Platform, practitioner: Id, actor: Actor, now: UtcTime) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody cancels an appointment"))?;
    let ahead: Vec<(Id, Id)> = appointments::table
        .filter(appointments::practitioner_id.eq(practitioner))
        .filter(appointments::status.eq(AppointmentStatus::Booked))
        .filter(appointments::starts_at.gt(now))
        .order((appointments::starts_at, appointments::id))
        .select((appointments::id, appointments::slot_id))
        .load(conn)?;
    let (ids, taken): (Vec<Id>, Vec<Id>) = ahead.into_iter().unzip();
    slot_records::lock(conn, &taken)?;
    for id in &ids {
        let Some(open) = records::open(conn, &platform.sealer, *id)? else { continue };
        let reason = CancelReason::PractitionerOther;
        records::cancel(conn, &platform.sealer, &open, reason, Some("Care has ended."), now)?;
        slot_records::give_back(conn, open.facts.slot, open.orphaned_at.is_some(), now)?;
        cover::called_off(conn, *id, false, now)?;
        history::note(conn, *id, by, AppointmentEvent::Cancelled, Some(reason.as_str()), now)?;
        audit::record(conn, actor, "appointment.cancelled", ("appointment", Some(*id)), now)?;
        outbox::drop_waiting(conn, *id, now)?;
        let change = Change::appointment(*id, Some(open.facts.starts_at), None);
        calendar::tell(conn, open.clinician, actor.id, change, now)?;
    }
    Ok(ids.len())
}
