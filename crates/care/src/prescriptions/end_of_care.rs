//! What a discharge asks about prescriptions: those in force, and their cancellation.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancellation, SignedPrescription};
use super::rules::lifecycle::has_issues_left;
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::private::Private;

/// The practitioner's prescriptions in force: signed, with issues left.
///
/// # Errors
/// When the database fails.
pub fn in_force(tx: &mut Tx, practitioner: Id) -> Result<Vec<SignedPrescription>> {
    let today = tx.now.london_day();
    let mut all = queries::signed(tx, practitioner)?;
    all.retain(|one| has_issues_left((one.made, one.allowed), (one.valid_until, one.ends_on), today));
    Ok(all)
}

/// Cancels these prescriptions because care ends. What was issued before stays valid.
///
/// # Errors
/// When the database fails.
pub fn cancel(tx: &mut Tx, permit: &Permit, prescriptions: &[SignedPrescription]) -> Result<()> {
    let by = permit.actor().id.ok_or_else(|| Error::internal("cancelling a prescription needs an actor"))?;
    for one in prescriptions {
        let note = Some(Private::new("Care has ended.".to_owned()));
        let cancellation = Cancellation { at: tx.now, by, reason: PrescriptionCancelReason::TreatmentChanged, note };
        queries::cancel(tx, one.id, &cancellation)?;
    }
    let recorded: Vec<(Id, Permit)> = prescriptions.iter().map(|one| (one.id, *permit)).collect();
    Permit::record_each(tx, "prescription.cancelled", "prescription", &recorded)
}
