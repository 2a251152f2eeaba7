//! Cancels a practitioner's prescriptions when the practitioner has died.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancellation};
use people::relationships::Known;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Cancels every prescription that is not cancelled yet, drafts included, because of death; returns how many.
///
/// # Errors
/// When the database fails.
pub fn cancel_for_death(tx: &mut Tx, known: &Known) -> Result<usize> {
    let by = known.actor().id.ok_or_else(|| Error::internal("cancelling a prescription needs an actor"))?;
    let all = queries::not_cancelled(tx, known.practitioner())?;
    for prescription in &all {
        let cancellation = Cancellation { at: tx.now, by, reason: PrescriptionCancelReason::Death, note: None };
        queries::cancel(tx, *prescription, &cancellation)?;
    }
    let recorded: Vec<(Id, Known)> = all.iter().map(|prescription| (*prescription, *known)).collect();
    Known::record_each(tx, "prescription.cancelled", "prescription", &recorded)?;
    Ok(all.len())
}
