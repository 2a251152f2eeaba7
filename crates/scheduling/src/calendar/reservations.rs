//! Time of clinicians that another module reserves for something other than appointments, such as a group session. It works like
//! an absence: free slots in it are withdrawn, live appointments in it lose their slots and are listed, and none is dropped. The
//! same time can be reserved once only.

use super::queries::absences::{self, AbsenceRecord};
use super::slots;
use crate::schema::clinicians;
use platform::Tx;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;

/// A time, and what it is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// What the time is reserved for.
    pub reserved_for: Id,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
}

impl Reservation {
    fn overlaps(&self, (from, to): &(UtcTime, UtcTime)) -> bool {
        self.starts_at < *to && *from < self.ends_at
    }
}

/// Locks the clinicians' rows until the transaction ends, always in the order of their ids.
///
/// # Errors
/// 409 `directory_entry_required` when one of them has no directory entry.
pub fn lock(tx: &mut Tx, clinicians: &[Id]) -> Result<()> {
    let mut ids = clinicians.to_vec();
    ids.sort();
    ids.dedup();
    for id in ids {
        platform::lock_row!(tx.conn, clinicians, id)?.ok_or(Reason::DirectoryEntryRequired)?;
    }
    Ok(())
}

/// A change of a clinician's reserved time.
#[derive(Debug, Clone, Copy)]
pub struct ReservationChange<'a> {
    pub clinician: Id,
    /// The ids that no longer need their time.
    pub released: &'a [Id],
    /// The time to reserve.
    pub reserved: &'a [Reservation],
    /// The note for the clinician's calendar.
    pub note: &'a str,
}

/// Releases time and reserves time. Returns the live appointments that lose their slots because of it. The caller must have locked the
/// clinician.
///
/// # Errors
/// 409 `facilitator_busy` when some of the time is already reserved.
pub fn change(tx: &mut Tx, change: ReservationChange<'_>, actor: Actor) -> Result<Vec<Id>> {
    let ReservationChange { clinician, released, reserved: wanted, note } = change;
    absences::release(tx, clinician, released)?;
    let taken = absences::reserved(tx, clinician, tx.now)?;
    if wanted.iter().any(|new| taken.iter().any(|other| new.overlaps(other))) {
        return Err(Reason::FacilitatorBusy.into());
    }
    insert(tx, clinician, wanted, note)?;
    slots::update_slots(tx, clinician, Some(actor))
}

/// Reserves time beyond the days for which slots exist; what is already reserved is skipped.
///
/// # Errors
/// When the database or sealing fails.
pub fn reserve_beyond_horizon(tx: &mut Tx, clinician: Id, wanted: &[Reservation], note: &str) -> Result<()> {
    let taken = absences::reserved(tx, clinician, tx.now)?;
    let free: Vec<Reservation> = wanted.iter().filter(|new| !taken.iter().any(|other| new.overlaps(other))).copied().collect();
    insert(tx, clinician, &free, note)
}

fn insert(tx: &mut Tx, clinician: Id, wanted: &[Reservation], note: &str) -> Result<()> {
    for reservation in wanted {
        let absence = AbsenceRecord {
            id: Id::new(tx.now),
            clinician,
            starts_at: reservation.starts_at,
            ends_at: reservation.ends_at,
            note: Some(Private::new(note.to_owned())),
            reserved_for: Some(reservation.reserved_for),
        };
        absences::insert(tx, &absence)
            .map_err(|error| if error.violates("absences_reserved_once") { Reason::FacilitatorBusy.into() } else { error })?;
    }
    Ok(())
}
