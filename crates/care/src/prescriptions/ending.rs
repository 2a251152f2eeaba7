//! What ends of a practitioner's prescriptions when they have died.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancelled};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Cancels every prescription that is in force or not signed yet, because of death; returns how many.
///
/// # Errors
/// When the database refuses.
pub fn cancel_for_death(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody cancels a prescription"))?;
    let all = queries::unfinished(tx, practitioner)?;
    for prescription in &all {
        let why = Cancelled { at: tx.now, by, reason: PrescriptionCancelReason::Death, note: None };
        queries::cancel(tx, *prescription, &why)?;
        audit::record(tx, actor, "prescription.cancelled", ("prescription", Some(*prescription)))?;
    }
    Ok(all.len())
}
