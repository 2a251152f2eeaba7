//! What ends of a practitioner's prescriptions when they have died.

use super::model::PrescriptionCancelReason;
use super::queries::{self, Cancelled};
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::Sealer;

/// Cancels every prescription that is in force or not signed yet, because of death; returns how many.
///
/// # Errors
/// When the database refuses.
pub fn cancel_for_death(conn: &mut Conn, sealer: &Sealer, practitioner: Id, actor: Actor, now: UtcTime) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody cancels a prescription"))?;
    let all = queries::unfinished(conn, practitioner)?;
    for prescription in &all {
        let why = Cancelled { at: now, by, reason: PrescriptionCancelReason::Death, note: None };
        queries::cancel(conn, sealer, *prescription, &why)?;
        audit::record(conn, actor, "prescription.cancelled", ("prescription", Some(*prescription)), now)?;
    }
    Ok(all.len())
}
