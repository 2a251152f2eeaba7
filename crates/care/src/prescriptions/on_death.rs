//! Cancels a practitioner's prescriptions when the practitioner has died.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancellation};
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Cancels every prescription that is not cancelled yet, drafts included, because of death; returns how many.
///
/// # Errors
/// When the database fails.
pub fn cancel_for_death(tx: &mut Tx, permit: &Permit) -> Result<usize> {
    let by = permit.actor().id.ok_or_else(|| Error::internal("cancelling a prescription needs an actor"))?;
    let all = queries::not_cancelled(tx, permit.practitioner())?;
    for prescription in &all {
        let cancellation = Cancellation { at: tx.now, by, reason: PrescriptionCancelReason::Death, note: None };
        queries::cancel(tx, *prescription, &cancellation)?;
    }
    let recorded: Vec<(Id, Permit)> = all.iter().map(|prescription| (*prescription, *permit)).collect();
    Permit::record_each(tx, "prescription.cancelled", "prescription", &recorded)?;
    Ok(all.len())
}
