//! Cancels a practitioner's letters when the practitioner has died.

use super::model::{LetterEventKind, LetterState};
use super::queries;
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::outbox;

/// Cancels every letter that is not sent: no one can agree to a draft any more, and what was agreed is sent only while the practitioner can
/// withdraw. Returns how many.
///
/// # Errors
/// When the database fails.
pub fn cancel_for_death(tx: &mut Tx, permit: &Permit) -> Result<usize> {
    let by = permit.actor().id.ok_or_else(|| Error::internal("cancelling a letter needs an actor"))?;
    let all = queries::unsent(tx, permit.practitioner())?;
    for letter in &all {
        queries::set_state(tx, *letter, LetterState::Cancelled)?;
        queries::insert_event(tx, *letter, by, LetterEventKind::Cancelled, None)?;
        outbox::discard_waiting(tx, *letter)?;
    }
    let recorded: Vec<(Id, Permit)> = all.iter().map(|letter| (*letter, *permit)).collect();
    Permit::record_each(tx, "letter.cancelled", "letter", &recorded)?;
    Ok(all.len())
}
