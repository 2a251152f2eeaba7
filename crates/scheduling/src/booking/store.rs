//! What is written when an appointment is booked, moved or cancelled, or attendance is recorded: all of it in one transaction.

use super::attendance_hooks::AttendanceHooks;
use super::model::{AppointmentCancelReason, AppointmentEvent, AppointmentState, Attendance, BookingFacts};
use super::queries::appointments::AppointmentRecord;
use super::queries::{appointments as records, booking, history, slots};
use super::{notifications, rules};
use crate::calendar::messages as calendar;
use crate::calendar::messages::Change;
use access::funding::funded_sessions;
use people::Caller;
use people::practitioners::model::Pathway;
use people::practitioners::queries as registration;
use people::relationships::Permit;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Books the slot for the practitioner; returns the appointment's id.
///
/// # Errors
/// 409 when the slot or the time has been taken meanwhile; `funding_required`, `funding_expired` or `funding_exhausted`.
pub fn book(tx: &mut Tx, (caller, permit): (&Caller, &Permit), facts: &BookingFacts, phone: Option<String>) -> Result<Id> {
    let (id, slot, practitioner) = (Id::new(tx.now), &facts.slot, facts.practitioner);
    booking::take(tx, slot.id, practitioner)?;
    booking::insert(tx, id, facts, phone, caller.id)?;
    funded_sessions::reserve(tx, practitioner, id, slot.kind, slot.starts_at.into())?;
    set_pathway_if_changed(tx, practitioner, facts.pathway, rules::pathway_after_booking(slot.kind, facts.pathway))?;
    record_booked(tx, (caller, permit), facts, id)?;
    Ok(id)
}

fn record_booked(tx: &mut Tx, (caller, permit): (&Caller, &Permit), facts: &BookingFacts, id: Id) -> Result<()> {
    let slot = &facts.slot;
    history::record(tx, id, caller.id, AppointmentEvent::Booked, None)?;
    permit.record(tx, "appointment.booked", ("appointment", Some(id)))?;
    notifications::booked(tx, facts.practitioner, id, slot.starts_at)?;
    calendar::notify(tx, slot.clinician, Some(caller.id), Change::appointment(id, None, Some(slot.starts_at)))
}

/// Moves an appointment to another slot.
///
/// # Errors
/// 409 when the slot or the time has been taken meanwhile.
pub fn reschedule(
    tx: &mut Tx,
    (caller, permit): (&Caller, &Permit),
    appointment: &AppointmentRecord,
    to: &BookingFacts,
    phone: Option<String>,
) -> Result<()> {
    let (id, old, new) = (appointment.facts.id, &appointment.facts, &to.slot);
    if let Some(phone) = phone.filter(|phone| appointment.phone.as_ref().is_none_or(|previous| previous.reveal() != phone)) {
        records::set_phone(tx, appointment, &phone)?;
    }
    booking::take(tx, new.id, old.practitioner)?;
    slots::release_booked(tx, old.slot, appointment.orphaned_at.is_some())?;
    booking::move_to(tx, id, new, to.place.as_deref())?;
    funded_sessions::move_session(tx, id, new.starts_at.into())?;
    history::record(tx, id, caller.id, AppointmentEvent::Moved, None)?;
    permit.record(tx, "appointment.moved", ("appointment", Some(id)))?;
    notifications::moved(tx, old.practitioner, id, new.starts_at)?;
    let (from, until) = (Some(old.starts_at), Some(new.starts_at));
    if new.clinician == appointment.clinician {
        return calendar::notify(tx, new.clinician, Some(caller.id), Change::appointment(id, from, until));
    }
    calendar::notify(tx, appointment.clinician, Some(caller.id), Change::appointment(id, from, None))?;
    calendar::notify(tx, new.clinician, Some(caller.id), Change::appointment(id, None, until))
}

/// Cancels an appointment.
///
/// # Errors
/// When the database fails.
pub fn cancel(
    tx: &mut Tx,
    (caller, permit): (&Caller, &Permit),
    (appointment, pathway): (&AppointmentRecord, Pathway),
    reason: AppointmentCancelReason,
    note: Option<&str>,
) -> Result<()> {
    let (id, facts) = (appointment.facts.id, &appointment.facts);
    records::cancel(tx, appointment, reason, note)?;
    slots::release_booked(tx, facts.slot, appointment.orphaned_at.is_some())?;
    funded_sessions::release(tx, id, reason.attendance() == Some(Attendance::CancelledByPatient))?;
    if !records::has_another_live(tx, facts.practitioner, facts.kind, id)? {
        set_pathway_if_changed(tx, facts.practitioner, pathway, rules::pathway_after_cancel(facts.kind, pathway))?;
    }
    history::record(tx, id, caller.id, AppointmentEvent::Cancelled, Some(reason.as_str()))?;
    permit.record(tx, "appointment.cancelled", ("appointment", Some(id)))?;
    notifications::cancelled(tx, facts.practitioner, id, facts.starts_at)?;
    calendar::notify(tx, appointment.clinician, Some(caller.id), Change::appointment(id, Some(facts.starts_at), None))
}

/// Records attendance at an appointment and sets the state that follows from it. An appointment that was not attended concerns other
/// crates too.
///
/// # Errors
/// When the database fails.
pub fn record_attendance(
    tx: &mut Tx,
    (caller, permit): (&Caller, &Permit),
    (appointment, pathway): (&AppointmentRecord, Pathway),
    (attendance, status): (Attendance, AppointmentState),
    hooks: &AttendanceHooks,
) -> Result<()> {
    let (id, facts) = (appointment.facts.id, &appointment.facts);
    records::record_attendance(tx, facts, attendance, status)?;
    // Recording the same again does not change the pathway; nor does a correction while another assessment is booked.
    if status != facts.status && !records::has_another_live(tx, facts.practitioner, facts.kind, id)? {
        let next = match (facts.status, status) {
            (_, AppointmentState::NotAttended) => rules::pathway_after_not_attended(facts.kind, pathway),
            (AppointmentState::NotAttended, _) => rules::pathway_after_booking(facts.kind, pathway),
            _ => pathway,
        };
        set_pathway_if_changed(tx, facts.practitioner, pathway, next)?;
    }
    history::record(tx, id, caller.id, AppointmentEvent::AttendanceRecorded, Some(attendance.as_str()))?;
    permit.record(tx, "appointment.attendance_recorded", ("appointment", Some(id)))?;
    if status == AppointmentState::NotAttended && status != facts.status {
        (hooks.not_attended)(tx, facts.practitioner, id)?;
    }
    Ok(())
}

/// Changes a practitioner's pathway if it is a different one.
fn set_pathway_if_changed(tx: &mut Tx, practitioner: Id, from: Pathway, to: Pathway) -> Result<()> {
    if from == to { Ok(()) } else { registration::set_pathway(tx, practitioner, to) }
}
