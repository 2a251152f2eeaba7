//! What is read before a slot is held or booked or an appointment is changed, and who may see it. The order of locks is always
//! the same, so that requests do not deadlock: first the practitioner's row, then the slots, then everything the decision depends
//! on is read.

use super::dto::{BookAppointment, MoveAppointment};
use super::model::{ActorKind, AppointmentState, BookingFacts, SlotState};
use super::queries::appointments::AppointmentRecord;
use super::queries::slots::SlotRecord;
use super::queries::{appointments as records, booking, slots};
use super::{care_relationship, meeting};
use crate::calendar::concealed;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::{Basis, Permit, PermitExt, Protected, Purpose, conflicts};
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// The facts for booking a slot for a practitioner.
///
/// # Errors
/// 404 when the caller may not act for the practitioner, or there is no such slot for the two.
pub fn to_book(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &BookAppointment) -> Result<(Permit, BookingFacts)> {
    let (permit, pathway) = care_relationship::lock_and_permit(tx, caller, practitioner, Purpose::Act)?;
    booking::lock(tx, &[form.slot_id])?;
    let facts = BookingFacts {
        arrangements: form.arrangements.clone(),
        confirms_hold: form.confirm_hold == Some(true),
        phone_given: form.phone.clone(),
        ..slot_facts(tx, caller, practitioner, pathway, form.slot_id, None)?
    };
    Ok((permit, with_phone_on_record(tx, facts, None)?))
}

/// The facts for holding a slot for the caller, a practitioner.
///
/// # Errors
/// 404 when there is no such slot for them.
pub fn to_hold(tx: &mut Tx, caller: &Caller, slot: Id) -> Result<(Permit, BookingFacts)> {
    let (permit, pathway) = care_relationship::lock_and_permit(tx, caller, caller.id, Purpose::Act)?;
    booking::lock_with_held(tx, slot, caller.id)?;
    Ok((permit, slot_facts(tx, caller, caller.id, pathway, slot, None)?))
}

/// An appointment, and the facts for moving it to another slot.
///
/// # Errors
/// 404 when the caller may not see the appointment, or there is no such slot for the practitioner.
pub fn to_move(
    tx: &mut Tx,
    caller: &Caller,
    id: Id,
    form: &MoveAppointment,
) -> Result<(Permit, AppointmentRecord, BookingFacts)> {
    let (permit, appointment, pathway) = locked_appointment(tx, caller, id, Some(form.slot_id))?;
    let facts = slot_facts(tx, caller, appointment.facts.practitioner, pathway, form.slot_id, Some(id))?;
    let facts = BookingFacts { phone_given: form.phone.clone(), ..facts };
    let facts = with_phone_on_record(tx, facts, appointment.phone.as_ref())?;
    Ok((permit, appointment, facts))
}

/// The facts about a locked slot and a practitioner; `except` is an appointment of theirs that is to be moved.
fn slot_facts(
    tx: &mut Tx,
    caller: &Caller,
    practitioner: Id,
    pathway: Pathway,
    slot: Id,
    except: Option<Id>,
) -> Result<BookingFacts> {
    let found = visible_slot(tx, caller, practitioner, slot)?;
    let live = booking::relative_to_slot(&booking::live_appointments(tx, practitioner)?, &found.facts, except);
    let facts = BookingFacts::new(practitioner, ActorKind::of(caller.role), pathway, found.facts, live);
    Ok(BookingFacts { place: found.place, ..facts })
}

/// Adds the number to call when the form gives none: the appointment's previous number, or else the practitioner's own.
fn with_phone_on_record(tx: &mut Tx, facts: BookingFacts, before: Option<&Private<String>>) -> Result<BookingFacts> {
    if facts.phone_given.is_some() {
        return Ok(facts);
    }
    let phone_on_record = meeting::number_on_record(tx, facts.practitioner, facts.slot.mode, before)?;
    Ok(BookingFacts { phone_on_record, ..facts })
}

/// A slot that the caller may book for the practitioner: its clinician has an open account and is listed (or is the caller).
/// Clinicians book their own slots only. Any other slot is a 404, also to a practitioner who must not meet its clinician. To staff
/// it is a slot that is no longer offered, like others that they see every day, so that the response does not show who a
/// practitioner has blocked. The slot of an appointment that a clinician must not know of is no longer offered to them either.
pub fn visible_slot(tx: &mut Tx, caller: &Caller, practitioner: Id, id: Id) -> Result<SlotRecord> {
    let mut found = slots::find(tx, id)?.ok_or_else(Error::not_found)?;
    let clinician = found.facts.clinician;
    let visible = match caller.role {
        Role::Clinician => clinician == caller.id,
        _ => found.listed,
    };
    if !found.active || !visible {
        return Err(Error::not_found());
    }
    if conflicts::are_in_conflict(tx, practitioner, clinician)? {
        if caller.role == Role::Practitioner {
            return Err(Error::not_found());
        }
        found.facts.state = SlotState::Withdrawn;
    } else if caller.role == Role::Clinician && concealed::occupies(tx, clinician, id)? {
        found.facts.state = SlotState::Withdrawn;
    }
    Ok(found)
}

/// An appointment that the caller may see: practitioners their own, clinicians those with themselves and coordinators those with anyone,
/// while they may know of the practitioner. Until some time after its date, or after it was cancelled, an appointment is itself a
/// reason for both, for attendance and complaints, unless the two must not meet. Any other appointment is a 404.
pub fn visible_appointment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<(Permit, AppointmentRecord)> {
    appointment_for(tx, caller, id, Purpose::Know)
}

fn appointment_for(tx: &mut Tx, caller: &Caller, id: Id, purpose: Purpose) -> Result<(Permit, AppointmentRecord)> {
    let since = recent_since(tx);
    let found = records::find(tx, id)?;
    let found = found.map(|found| found.while_open(|appointment| is_recent(appointment, since), Basis::Booking));
    let (permit, appointment) = found.permit(tx, caller, purpose)?;
    if caller.role == Role::Clinician && appointment.clinician != caller.id {
        Err(Error::not_found())
    } else {
        Ok((permit, appointment))
    }
}

/// Those of these appointments whose practitioners the caller may know of, as [`visible_appointment`].
pub fn permit_each(
    tx: &mut Tx,
    caller: &Caller,
    found: Vec<Protected<AppointmentRecord>>,
) -> Result<Vec<(Permit, AppointmentRecord)>> {
    let since = recent_since(tx);
    let found =
        found.into_iter().map(|one| one.while_open(|appointment| is_recent(appointment, since), Basis::Booking)).collect();
    Ok(Protected::permit_each(tx, caller, found, Purpose::Know)?.into_iter().flatten().collect())
}

/// Appointments that start after this time, and those that were cancelled after it, are themselves a reason to know of their
/// practitioner.
pub fn recent_since(tx: &Tx) -> UtcTime {
    tx.now - tx.policy.read_after_care
}

/// The date of a cancelled appointment may be far ahead, so the time of its cancellation counts.
fn is_recent(appointment: &AppointmentRecord, since: UtcTime) -> bool {
    match appointment.facts.status {
        AppointmentState::Cancelled => appointment.cancelled_at.is_some_and(|at| at > since),
        _ => appointment.facts.starts_at > since.get(),
    }
}

/// The same, locked for a change, with the practitioner's pathway; the new slot is locked together with the old one. Coordinators change
/// an appointment while they may act for the practitioner, which break-glass does not allow.
pub fn locked_appointment(
    tx: &mut Tx,
    caller: &Caller,
    id: Id,
    new_slot: Option<Id>,
) -> Result<(Permit, AppointmentRecord, Pathway)> {
    let (practitioner, before) = records::practitioner_and_slot(tx, id)?.unwrap_or((Id::NO_RECORD, Id::NO_RECORD));
    let pathway = registration::lock_practitioner(tx, practitioner)?;
    let old_slot = records::practitioner_and_slot(tx, id)?.map_or(before, |(_, slot)| slot);
    let slots: Vec<Id> = new_slot.into_iter().chain([old_slot]).collect();
    booking::lock(tx, &slots)?;
    let purpose = if caller.role == Role::Coordinator { Purpose::Act } else { Purpose::Know };
    let (permit, appointment) = appointment_for(tx, caller, id, purpose)?;
    Ok((permit, appointment, pathway.ok_or_else(Error::not_found)?))
}
