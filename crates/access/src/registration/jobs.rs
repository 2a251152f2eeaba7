//! Background job of reasons for confidentiality that were given in words: they have staff who may decide, who are reminded once of
//! what is late. It works from the present state, so several instances may run it at once.

use super::queries::reasons as queries;
use super::reasons;
use platform::Tx;
use platform::error::Result;

/// Runs what is due; returns how much was done.
///
/// # Errors
/// When the database fails; the next run tries again.
pub fn run_due(tx: &mut Tx) -> Result<usize> {
    let mut done = reasons::route_all(tx)?;
    for waiting in queries::waiting(tx, None)? {
        done += usize::from(reasons::remind(tx, &waiting)?);
    }
    Ok(done)
}
