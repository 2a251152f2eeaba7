//! Appointments that a clinician must no longer know of, because the practitioner has blocked them or the two are kept apart for
//! another reason. The slot stays occupied until a coordinator has moved or cancelled the appointment. Until then the clinician's
//! calendar and absences show its time as reserved, with an id that leads nowhere and without anything of the appointment.

use super::model::{Change, ChangeKind};
use super::queries::absences::AbsenceRecord;
use super::queries::appointments::{self, CalendarAppointment};
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// How many of a clinician's appointments without a slot are checked for one that they may know of.
const MAX_CHECKED: i64 = 200;

/// The absence that is shown instead of this appointment.
pub fn absence(sealer: &Sealer, appointment: &CalendarAppointment) -> AbsenceRecord {
    let id = appointment.id.of_substitute(sealer.tag("concealed_absence", &[appointment.id.0.as_bytes()]));
    AbsenceRecord {
        id,
        clinician: appointment.clinician_id,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
        note: None,
        reserved_for: Some(id),
    }
}

/// The absences that a clinician sees instead of appointments, in order of their start, after the one with this start and id.
///
/// # Errors
/// When the database fails.
pub fn absences(tx: &mut Tx, clinician: Id, after: Option<(UtcTime, Id)>, limit: usize) -> Result<Vec<AbsenceRecord>> {
    let people = appointments::practitioners_with(tx, clinician)?;
    let hidden = conflicts::practitioners_excluded_from(tx, clinician, &people)?;
    if hidden.is_empty() {
        return Ok(Vec::new());
    }
    let found = appointments::of_practitioners(tx, clinician, &hidden, after.map(|(time, _)| time))?;
    let mut shown: Vec<AbsenceRecord> = found.iter().map(|appointment| absence(tx.sealer, appointment)).collect();
    shown.retain(|absence| after.is_none_or(|after| (absence.starts_at, absence.id) > after));
    shown.sort_by_key(|absence| (absence.starts_at, absence.id));
    shown.truncate(limit);
    Ok(shown)
}

/// Whether a clinician sees an absence with this id instead of an appointment.
///
/// # Errors
/// When the database fails.
pub fn is_shown(tx: &mut Tx, clinician: Id, absence: Id) -> Result<bool> {
    Ok(absences(tx, clinician, None, usize::MAX)?.iter().any(|shown| shown.id == absence))
}

/// Those of these appointments that a member of staff may know of, in the same order.
///
/// # Errors
/// When the database fails.
pub fn known_to(tx: &mut Tx, staff: Id, mut ids: Vec<Id>) -> Result<Vec<Id>> {
    let people = appointments::practitioners_by_appointment(tx, &ids)?;
    let all: Vec<Id> = people.values().copied().collect();
    let hidden = conflicts::practitioners_excluded_from(tx, staff, &all)?;
    ids.retain(|id| people.get(id).is_some_and(|practitioner| !hidden.contains(practitioner)));
    Ok(ids)
}

/// Whether a change is only about people that the clinician must not know of, so that it is not reported to them. A change of a
/// group or of its sessions is about all its members.
///
/// # Errors
/// When the database fails.
pub fn is_about_concealed(tx: &mut Tx, clinician: Id, change: &Change) -> Result<bool> {
    match change.kind {
        ChangeKind::Appointment => Ok(known_to(tx, clinician, vec![change.subject])?.is_empty()),
        ChangeKind::Caseload | ChangeKind::FollowUp => {
            Ok(!conflicts::practitioners_excluded_from(tx, clinician, &[change.subject])?.is_empty())
        }
        ChangeKind::Orphaned => {
            let lost = appointments::orphaned(tx, Some(clinician), &[], None, MAX_CHECKED)?;
            let hidden = appointments::hidden_from(tx, clinician, &lost)?;
            Ok(lost.iter().all(|(appointment, _)| hidden.contains(&appointment.practitioner_id)))
        }
        ChangeKind::Session | ChangeKind::Places => Ok(false),
    }
}

/// Whether the live appointment in a slot is one that the clinician must not know of.
///
/// # Errors
/// When the database fails.
pub fn occupies(tx: &mut Tx, clinician: Id, slot: Id) -> Result<bool> {
    match appointments::live_in_slot(tx, slot)? {
        Some(practitioner) => conflicts::are_in_conflict(tx, practitioner, clinician),
        None => Ok(false),
    }
}
