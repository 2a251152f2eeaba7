//! Time of clinicians that another room needs for something else than appointments, such as the session of a group. It
//! works like an absence: free slots in it are withdrawn, live appointments in it are orphaned and listed, and none is
//! dropped. One stretch of time is reserved once.

use super::queries::absences::{self, KeptAbsence};
use super::slots;
use crate::schema::clinicians;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Code;
use platform::seal::Sealer;

/// A stretch of time, and what it is reserved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// What needs the time.
    pub reserved_for: Id,
    /// From when.
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
pub fn lock(conn: &mut Conn, clinicians: &[Id]) -> Result<()> {
    let mut ids = clinicians.to_vec();
    ids.sort();
    ids.dedup();
    for id in ids {
        platform::lock_row!(conn, clinicians, id)?.ok_or(Code::ClinicianIncomplete)?;
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
pub fn change(conn: &mut Conn, sealer: &Sealer, change: Change<'_>, actor: Actor, now: UtcTime) -> Result<Vec<Id>> {
    let Change { clinician, released, wanted, note } = change;
    absences::release(conn, clinician, released)?;
    let taken = absences::reserved(conn, clinician, now)?;
    if wanted.iter().any(|one| taken.iter().any(|other| one.meets(other))) {
        return Err(Code::FacilitatorBusy.into());
    }
    insert(conn, sealer, clinician, wanted, note, now)?;
    slots::lay_out_anew(conn, clinician, Some(actor), now)
}

/// Reserves time that lies beyond what slots are laid out for, as far as it is not reserved otherwise.
///
/// # Errors
/// When the database refuses or nothing can be sealed.
pub fn add_far_ahead(
    conn: &mut Conn,
    sealer: &Sealer,
    clinician: Id,
    wanted: &[Reservation],
    note: &str,
    now: UtcTime,
) -> Result<()> {
    let taken = absences::reserved(conn, clinician, now)?;
    let free: Vec<Reservation> = wanted.iter().filter(|one| !taken.iter().any(|other| one.meets(other))).copied().collect();
    insert(conn, sealer, clinician, &free, note, now)
}

fn insert(conn: &mut Conn, sealer: &Sealer, clinician: Id, wanted: &[Reservation], note: &str, now: UtcTime) -> Result<()> {
    for one in wanted {
        let absence = KeptAbsence {
            id: Id::new(now),
            clinician,
            starts_at: one.starts_at,
            ends_at: one.ends_at,
            note: Some(Private::new(note.to_owned())),
            reserved_for: Some(one.reserved_for),
        };
        absences::insert(conn, sealer, &absence, now)
            .map_err(|error| if error.violates("absences_reserved_once") { Code::FacilitatorBusy.into() } else { error })?;
    }
    Ok(())
}
