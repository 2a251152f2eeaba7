//! What is read before a slot is held or booked, or an appointment changes, and who may know of what. First the practitioner's row is
//! locked, then the slots, then whatever is decided by is read. Every operation keeps this order, so that none waits in a circle.

use super::dto::{BookAppointment, MoveAppointment};
use super::model::{ActorKind, BookingFacts};
use super::queries::appointments::OpenAppointment;
use super::queries::slots::Found;
use super::queries::{appointments as records, booking, slots};
use super::{meeting, treating};
use people::practitioners::model::Pathway;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;

/// What booking a slot for a practitioner depends on.
///
/// # Errors
/// 404 when the caller may not act for the practitioner, or there is no such slot for the two.
pub fn to_book(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &BookAppointment) -> Result<BookingFacts> {
    let stage = treating::locked_pathway(tx, practitioner)?;
    treating::check_may_act_for(tx, caller, practitioner)?;
    booking::lock(tx, &[form.slot_id])?;
    let facts = BookingFacts {
        arrangements: form.arrangements.clone(),
        confirms_hold: form.confirm_hold == Some(true),
        phone_said: form.phone.clone(),
        ..of_slot(tx, caller, practitioner, stage, form.slot_id, None)?
    };
    with_known_phone(tx, facts, None)
}

/// What holding a slot for the practitioner who asks depends on.
///
/// # Errors
/// 404 when there is no such slot for them.
pub fn to_hold(tx: &mut Tx, caller: &Caller, slot: Id) -> Result<BookingFacts> {
    let stage = treating::locked_pathway(tx, caller.id)?;
    booking::lock_with_held(tx, slot, caller.id)?;
    of_slot(tx, caller, caller.id, stage, slot, None)
}

/// An appointment, and what moving it to another slot depends on.
///
/// # Errors
/// 404 when the caller may not know of the appointment, or there is no such slot for the practitioner.
pub fn to_move(tx: &mut Tx, caller: &Caller, id: Id, form: &MoveAppointment) -> Result<(OpenAppointment, BookingFacts)> {
    let (open, stage) = locked_appointment(tx, caller, id, Some(form.slot_id))?;
    let facts = of_slot(tx, caller, open.facts.practitioner, stage, form.slot_id, Some(id))?;
    let facts = BookingFacts { phone_said: form.phone.clone(), ..facts };
    let facts = with_known_phone(tx, facts, open.phone.as_ref())?;
    Ok((open, facts))
}

/// The facts about a locked slot and the practitioner who is to have it, `but` for an appointment of theirs that is to move.
fn of_slot(tx: &mut Tx, caller: &Caller, whom: Id, stage: Pathway, slot: Id, but: Option<Id>) -> Result<BookingFacts> {
    let found = known_slot(tx, caller, whom, slot)?;
    let live = booking::seen_from(&booking::live_ones(tx, whom)?, &found.facts, but);
    let facts = BookingFacts::new(whom, ActorKind::of(caller.role), stage, found.facts, live);
    Ok(BookingFacts { place: found.place, ..facts })
}

/// The same with the number to ring unless another is said: the one before, or the practitioner's own.
fn with_known_phone(tx: &mut Tx, facts: BookingFacts, before: Option<&Private<String>>) -> Result<BookingFacts> {
    if facts.phone_said.is_some() {
        return Ok(facts);
    }
    let phone_known = meeting::known_number(tx, facts.practitioner, facts.slot.mode, before)?;
    Ok(BookingFacts { phone_known, ..facts })
}

/// A slot that the caller may book for the practitioner: of a clinician who works here, is listed (or is the caller) and may
/// meet them. Clinicians book their own slots only. Anything else does not exist.
pub fn known_slot(tx: &mut Tx, caller: &Caller, practitioner: Id, id: Id) -> Result<Found> {
    let found = slots::find(tx, id)?.ok_or_else(Error::not_found)?;
    let clinician = found.facts.clinician;
    let offered = match caller.role {
        Role::Clinician => clinician == caller.id,
        _ => found.listed,
    };
    if !found.active || !offered || conflicts::are_in_conflict(tx, practitioner, clinician)? {
        return Err(Error::not_found());
    }
    Ok(found)
}

/// An appointment that the caller may know of: a practitioner's own, a clinician's own and any for a coordinator, unless they must
/// not meet the practitioner.
pub fn known_appointment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<OpenAppointment> {
    let open = records::open(tx, id)?.ok_or_else(Error::not_found)?;
    let known = match caller.role {
        Role::Practitioner => open.facts.practitioner == caller.id,
        Role::Clinician => open.clinician == caller.id && !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
        _ => !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
    };
    if known { Ok(open) } else { Err(Error::not_found()) }
}

/// The same, to be changed, with the pathway of the practitioner; the new slot is locked together with the old one.
pub fn locked_appointment(tx: &mut Tx, caller: &Caller, id: Id, new_slot: Option<Id>) -> Result<(OpenAppointment, Pathway)> {
    let (practitioner, _) = records::owner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let stage = treating::locked_pathway(tx, practitioner)?;
    let (_, old_slot) = records::owner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let slots: Vec<Id> = new_slot.into_iter().chain([old_slot]).collect();
    booking::lock(tx, &slots)?;
    Ok((known_appointment(tx, caller, id)?, stage))
}
