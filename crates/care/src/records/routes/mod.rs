//! The front desk of the record, and the one question before each of its doors: may this clinician?

pub mod allergies;
pub mod gp;
pub mod lead;
pub mod mine;
pub mod notes;
pub mod plans;
pub mod problems;

use people::Caller;
use people::practitioners::queries as registration;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Code;
use scheduling::booking::treating;

/// Lets a clinician through who may read this practitioner's record. For others there is no such person.
fn may_read(conn: &mut Conn, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<()> {
    treating::check_reads(conn, caller.id, practitioner, now)
}

/// Lets a clinician through who treats this practitioner at present, and so may add to the record. Whoever did until care
/// ended is told so; for others there is no such person. The practitioner's row is locked: care does not end meanwhile.
fn treats(conn: &mut Conn, caller: &Caller, practitioner: Id, now: UtcTime) -> Result<()> {
    registration::lock_pathway(conn, practitioner)?.ok_or_else(Error::not_found)?;
    if treating::treats(conn, caller.id, practitioner)? {
        return Ok(());
    }
    may_read(conn, caller, practitioner, now)?;
    Err(Code::CareEnded.into())
}
