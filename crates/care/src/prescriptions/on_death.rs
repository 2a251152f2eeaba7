//! Cancels a practitioner's prescriptions when the practitioner has died.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancellation};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Cancels every prescription that is not cancelled yet, drafts included, because of death; returns how many.
///
/// # Errors
/// When the database fails.
pub fn cancel_for_death(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("cancelling a prescription needs an actor"))?;
    let all = queries::not_cancelled(tx, practitioner)?;
    for prescription in &all {
        let cancellation = Cancellation { at: tx.now, by, reason: PrescriptionCancelReason::Death, note: None };
        queries::cancel(tx, *prescription, &cancellation)?;
        audit::record(tx, actor, "prescription.cancelled", ("prescription", Some(*prescription)))?;
    }
    Ok(all.len())
}
