//! Front desk of clinics, absences and the calendar.

pub mod absences;
pub mod calendar;
pub mod clinics;
pub mod messages;

use crate::clinicians::queries::lock_clinician;
use people::{Caller, Role};
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Reason;

/// Whose records are meant: clinicians have only their own, coordinators must say whose.
fn whose(caller: &Caller, named: Option<Id>, code: Reason, pointer: &'static str) -> Result<Id> {
    match (caller.role, named) {
        (Role::Clinician, Some(other)) if other != caller.id => Err(Error::not_found()),
        (Role::Clinician, _) => Ok(caller.id),
        (_, Some(clinician)) => Ok(clinician),
        (_, None) => Err(Error::field(code, pointer, "required", "Say which clinician is meant.")),
    }
}

/// Whether the caller may work on this clinician's calendar; if not, it does not exist.
fn check_own(caller: &Caller, clinician: Id) -> Result<()> {
    if caller.role == Role::Clinician && caller.id != clinician { Err(Error::not_found()) } else { Ok(()) }
}

/// Locks the clinician's row until the transaction ends: their calendar is changed by one request after the other.
fn lock(tx: &mut Tx, caller: &Caller, clinician: Id) -> Result<()> {
    match lock_clinician(tx, clinician)? {
        Some(_) => Ok(()),
        None if caller.role == Role::Clinician => Err(Reason::ClinicianIncomplete.into()),
        None => Err(Error::not_found()),
    }
}
