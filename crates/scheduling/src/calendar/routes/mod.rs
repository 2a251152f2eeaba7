//! HTTP handlers of clinics, absences and the calendar.

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

/// The clinician whose records are meant: clinicians have access to their own only, coordinators must name one.
fn resolve_clinician(caller: &Caller, named: Option<Id>, code: Reason, pointer: &'static str) -> Result<Id> {
    match (caller.role, named) {
        (Role::Clinician, Some(other)) if other != caller.id => Err(Error::not_found()),
        (Role::Clinician, _) => Ok(caller.id),
        (_, Some(clinician)) => Ok(clinician),
        (_, None) => Err(Error::field(code, pointer, "required", "Name the clinician.")),
    }
}

/// Whether the caller may use this clinician's calendar; otherwise 404.
fn check_own(caller: &Caller, clinician: Id) -> Result<()> {
    if caller.role == Role::Clinician && caller.id != clinician { Err(Error::not_found()) } else { Ok(()) }
}

/// Locks the clinician's row until the transaction ends, so that changes of their calendar are made one after the other.
fn lock(tx: &mut Tx, caller: &Caller, clinician: Id) -> Result<()> {
    match lock_clinician(tx, clinician)? {
        Some(_) => Ok(()),
        None if caller.role == Role::Clinician => Err(Reason::DirectoryEntryRequired.into()),
        None => Err(Error::not_found()),
    }
}
