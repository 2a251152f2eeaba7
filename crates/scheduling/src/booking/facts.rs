//! What is read before a slot is held or booked or an appointment is changed, and who may see it. The order of locks is always
//! the same, so that requests do not deadlock: first the practitioner's row, then the slots, then everything the decision depends
//! on is read.

use super::dto::{BookAppointment, MoveAppointment};
use super::model::{ActorKind, BookingFacts};
use super::queries::appointments::AppointmentRecord;
use super::queries::slots::SlotRecord;
use super::queries::{appointments as records, booking, slots};
use super::{care_relationship, meeting};
use people::practitioners::model::Pathway;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;

/// The facts for booking a slot for a practitioner.
///
/// # Errors
/// 404 when the caller may not act for the practitioner, or there is no such slot for the two.
pub fn to_book(tx: &mut Tx, caller: &Caller, practitioner: Id, form: &BookAppointment) -> Result<BookingFacts> {
    let pathway = care_relationship::locked_pathway(tx, practitioner)?;
    care_relationship::check_may_act_for(tx, caller, practitioner)?;
    booking::lock(tx, &[form.slot_id])?;
    let facts = BookingFacts {
        arrangements: form.arrangements.clone(),
        confirms_hold: form.confirm_hold == Some(true),
        phone_given: form.phone.clone(),
        ..slot_facts(tx, caller, practitioner, pathway, form.slot_id, None)?
    };
    with_phone_on_record(tx, facts, None)
}

/// The facts for holding a slot for the caller, a practitioner.
///
/// # Errors
/// 404 when there is no such slot for them.
pub fn to_hold(tx: &mut Tx, caller: &Caller, slot: Id) -> Result<BookingFacts> {
    let pathway = care_relationship::locked_pathway(tx, caller.id)?;
    booking::lock_with_held(tx, slot, caller.id)?;
    slot_facts(tx, caller, caller.id, pathway, slot, None)
}

/// An appointment, and the facts for moving it to another slot.
///
/// # Errors
/// 404 when the caller may not see the appointment, or there is no such slot for the practitioner.
pub fn to_move(tx: &mut Tx, caller: &Caller, id: Id, form: &MoveAppointment) -> Result<(AppointmentRecord, BookingFacts)> {
    let (open, pathway) = locked_appointment(tx, caller, id, Some(form.slot_id))?;
    let facts = slot_facts(tx, caller, open.facts.practitioner, pathway, form.slot_id, Some(id))?;
    let facts = BookingFacts { phone_given: form.phone.clone(), ..facts };
    let facts = with_phone_on_record(tx, facts, open.phone.as_ref())?;
    Ok((open, facts))
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

/// A slot that the caller may book for the practitioner: its clinician has an open account, is listed (or is the caller) and is
/// not in conflict with the practitioner. Clinicians book their own slots only. Any other slot answers 404.
pub fn visible_slot(tx: &mut Tx, caller: &Caller, practitioner: Id, id: Id) -> Result<SlotRecord> {
    let found = slots::find(tx, id)?.ok_or_else(Error::not_found)?;
    let clinician = found.facts.clinician;
    let visible = match caller.role {
        Role::Clinician => clinician == caller.id,
        _ => found.listed,
    };
    if !found.active || !visible || conflicts::are_in_conflict(tx, practitioner, clinician)? {
        return Err(Error::not_found());
    }
    Ok(found)
}

/// An appointment that the caller may see: practitioners and clinicians see their own, coordinators any, unless the caller is in
/// conflict with the practitioner. Any other appointment answers 404.
pub fn visible_appointment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<AppointmentRecord> {
    let open = records::open(tx, id)?.ok_or_else(Error::not_found)?;
    let visible = match caller.role {
        Role::Practitioner => open.facts.practitioner == caller.id,
        Role::Clinician => open.clinician == caller.id && !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
        _ => !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
    };
    if visible { Ok(open) } else { Err(Error::not_found()) }
}

/// The same, locked for a change, with the practitioner's pathway; the new slot is locked together with the old one.
pub fn locked_appointment(tx: &mut Tx, caller: &Caller, id: Id, new_slot: Option<Id>) -> Result<(AppointmentRecord, Pathway)> {
    let (practitioner, _) = records::practitioner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let pathway = care_relationship::locked_pathway(tx, practitioner)?;
    let (_, old_slot) = records::practitioner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let slots: Vec<Id> = new_slot.into_iter().chain([old_slot]).collect();
    booking::lock(tx, &slots)?;
    Ok((visible_appointment(tx, caller, id)?, pathway))
}
