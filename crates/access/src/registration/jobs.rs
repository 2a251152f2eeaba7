//! Background job of reasons for confidentiality that were given in words: they have staff who may decide, who are reminded once of
//! what is late. It works from the present state, so several instances may run it at once.

use super::queries::reasons as queries;
use super::reasons;
use platform::Tx;
use platform::error::Result;

/// The name of the job in the log.
const JOB: &str = "confidentiality_reasons";

/// Runs what is due; returns how much was done.
///
/// # Errors
/// When the database cannot be reached. A reason that cannot be handled is logged, and the next run tries again.
pub fn run_due(tx: &mut Tx) -> Result<usize> {
    let mut done = 0;
    for waiting in queries::waiting(tx, None)? {
        done += usize::from(tx.alone(JOB, waiting.id, |tx| reasons::route(tx, &waiting))?.unwrap_or_default());
    }
    // Again, because it may be another group of staff that decides now.
    for waiting in queries::waiting(tx, None)? {
        done += usize::from(tx.alone(JOB, waiting.id, |tx| reasons::remind(tx, &waiting))?.unwrap_or_default());
    }
    Ok(done)
}
