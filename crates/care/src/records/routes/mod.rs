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
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::Code;
use scheduling::booking::treating;

/// Lets a clinician through who may read this practitioner's record. For others there is no such person.
fn may_read(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    treating::check_reads(tx, caller.id, practitioner)
}

/// Lets a clinician through who treats this practitioner at present, and so may add to the record. Whoever did until care
/// ended is told so; for others there is no such person. The practitioner's row is locked: care does not end meanwhile.
fn treats(tx: &mut Tx, caller: &Caller, practitioner: Id) -> Result<()> {
    registration::lock_pathway(tx, practitioner)?.ok_or_else(Error::not_found)?;
    if treating::treats(tx, caller.id, practitioner)? {
        return Ok(());
    }
    may_read(tx, caller, practitioner)?;
    Err(Code::CareEnded.into())
}
