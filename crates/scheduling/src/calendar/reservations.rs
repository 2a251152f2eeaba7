//! Time of clinicians that another room needs for something else than appointments, such as the session of a group. It
//! works like an absence: free slots in it are withdrawn, live appointments in it are orphaned and listed, and none is
//! dropped. One stretch of time is reserved once.

use super::queries::absences::{self, KeptAbsence};
use super::slots;
use crate::schema::clinicians;
use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;

/// A stretch of time, and what it is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// What needs the time.
    pub reserved_for: Id,
    pub starts_at: UtcTime,
    /// Until when.
    pub ends_at: UtcTime,
}

impl Reservation {
    fn meets(&self, (from, to): &(UtcTime, UtcTime)) -> bool {
        self.starts_at < *to && *from < self.ends_at
    }
}

/// Locks the clinicians' rows until the transaction ends, in an order that everybody keeps.
///
/// # Errors
/// 409 `clinician_incomplete` when one of them has no directory entry.
pub fn lock(tx: &mut Tx, clinicians: &[Id]) -> Result<()> {
    let mut ids = clinicians.to_vec();
    ids.sort();
    ids.dedup();
    for id in ids {
        platform::lock_row!(tx.conn, clinicians, id)?.ok_or(Reason::ClinicianIncomplete)?;
    }
    Ok(())
}

/// How a clinician's reserved time changes.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Whose time.
    pub clinician: Id,
    /// What no longer needs the time.
    pub released: &'a [Id],
    /// What needs it.
    pub wanted: &'a [Reservation],
    /// What the clinician's calendar says about it.
    pub note: &'a str,
}

/// Gives back time and reserves time. Returns the live appointments that lost their slots by it. The clinician must be
/// locked.
///
/// # Errors
/// 409 `facilitator_busy` when the time is reserved already.
pub fn change(tx: &mut Tx, change: Change<'_>, actor: Actor) -> Result<Vec<Id>> {
    let Change { clinician, released, wanted, note } = change;
    absences::release(tx, clinician, released)?;
    let taken = absences::reserved(tx, clinician, tx.now)?;
    if wanted.iter().any(|one| taken.iter().any(|other| one.meets(other))) {
        return Err(Reason::FacilitatorBusy.into());
    }
    insert(tx, clinician, wanted, note)?;
    slots::lay_out_anew(tx, clinician, Some(actor))
}

/// Reserves time that lies beyond what slots are laid out for, as far as it is not reserved otherwise.
///
/// # Errors
/// When the database refuses or nothing can be sealed.
pub fn add_far_ahead(tx: &mut Tx, clinician: Id, wanted: &[Reservation], note: &str) -> Result<()> {
    let taken = absences::reserved(tx, clinician, tx.now)?;
    let free: Vec<Reservation> = wanted.iter().filter(|one| !taken.iter().any(|other| one.meets(other))).copied().collect();
    insert(tx, clinician, &free, note)
}

fn insert(tx: &mut Tx, clinician: Id, wanted: &[Reservation], note: &str) -> Result<()> {
    for one in wanted {
        let absence = KeptAbsence {
            id: Id::new(tx.now),
            clinician,
            starts_at: one.starts_at,
            ends_at: one.ends_at,
            note: Some(Private::new(note.to_owned())),
            reserved_for: Some(one.reserved_for),
        };
        absences::insert(tx, &absence)
            .map_err(|error| if error.violates("absences_reserved_once") { Reason::FacilitatorBusy.into() } else { error })?;
    }
    Ok(())
}
