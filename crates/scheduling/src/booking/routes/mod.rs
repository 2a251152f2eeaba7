//! The front desk of booking, and what its operations have in common: who acts for whom, and who may know of what.

pub(super) mod appointments;
pub(super) mod changes;
pub(super) mod slots;

use super::dto::AppointmentView;
use super::queries::appointments::OpenAppointment;
use super::queries::slots::Found;
use super::queries::{appointments as records, history, slots as slot_records};
use super::{meeting, treating};
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::conflicts;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};

/// Where a practitioner stands, their row locked: what is counted about them is decided one request after the other.
fn locked_stage(tx: &mut Tx, practitioner: Id) -> Result<Pathway> {
    registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)
}

/// Moves a practitioner on, if there is anywhere to move.
fn move_on(tx: &mut Tx, practitioner: Id, from: Pathway, to: Pathway) -> Result<()> {
    if from == to { Ok(()) } else { registration::set_pathway(tx, practitioner, to) }
}

/// Lets a clinician through who treats the practitioner, and coordinators, unless they must not meet them. Others get a 404.
fn may_act_for(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    let fine = match caller.role {
        Role::Practitioner => caller.id == practitioner,
        Role::Clinician => treating::treats(tx, caller.id, practitioner)?,
        _ => !conflicts::are_in_conflict(tx, practitioner, caller.id)?,
    };
    if fine { Ok(()) } else { Err(Error::not_found()) }
}

/// A slot that the caller may book for the practitioner: of a clinician who works here, is listed (or is the caller) and may
/// meet them. Clinicians book their own slots only. Anything else does not exist.
fn known_slot(tx: &mut Tx, caller: &Caller, practitioner: Id, id: Id) -> Result<Found> {
    let found = slot_records::find(tx, id)?.ok_or_else(Error::not_found)?;
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
fn known_appointment(tx: &mut Tx, caller: &Caller, id: Id) -> Result<OpenAppointment> {
    let open = records::open(tx, id)?.ok_or_else(Error::not_found)?;
    let known = match caller.role {
        Role::Practitioner => open.facts.practitioner == caller.id,
        Role::Clinician => open.clinician == caller.id && !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
        _ => !conflicts::are_in_conflict(tx, open.facts.practitioner, caller.id)?,
    };
    if known { Ok(open) } else { Err(Error::not_found()) }
}

/// The same, to be changed: first the practitioner's row is locked, then the slots, then the appointment is read. All who
/// book keep this order, so that nobody waits in a circle.
fn locked_appointment(tx: &mut Tx, caller: &Caller, id: Id, new_slot: Option<Id>) -> Result<(OpenAppointment, Pathway)> {
    let (practitioner, _) = records::owner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let stage = locked_stage(tx, practitioner)?;
    let (_, old_slot) = records::owner_and_slot(tx, id)?.ok_or_else(Error::not_found)?;
    let slots: Vec<Id> = new_slot.into_iter().chain([old_slot]).collect();
    slot_records::lock(tx, &slots)?;
    Ok((known_appointment(tx, caller, id)?, stage))
}

/// The appointment as it is now, with its history and its version, as a reader of this role sees it.
fn view(tx: &mut Tx, reader: Role, id: Id) -> Result<(AppointmentView, i32)> {
    let open = records::open(tx, id)?.ok_or_else(Error::not_found)?;
    let (version, happenings) = (open.version, history::of(tx, id)?);
    let meeting = meeting::shown_to(reader, meeting::of(tx, &open)?);
    Ok((AppointmentView::new(open, meeting, Some(happenings)), version))
}

/// Instants beyond these are nobody's appointment, and not every engine can write them.
fn sane(time: UtcTime) -> UtcTime {
    let bound = |seconds| chrono::DateTime::from_timestamp(seconds, 0).map(UtcTime::from).unwrap_or(time);
    // From 2000 to 2200.
    time.clamp(bound(946_684_800), bound(7_258_118_400))
}
