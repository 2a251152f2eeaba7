//! The background job of letters: it finds agreed letters that cannot be sent any more, whatever has changed, and notifies their authors
//! once. Where a letter can be sent again, they are notified again of a later change.

use super::facts::AgreedLetter;
use super::queries::waiting;
use super::{facts, notifications, queries};
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// How many letters are read at a time.
const BATCH: i64 = 100;

/// Looks at every agreed letter; returns of how many it noted something new.
///
/// # Errors
/// When the database cannot be reached. A letter that cannot be read is logged, and the next run tries again.
pub fn find_unsendable(tx: &mut Tx) -> Result<usize> {
    let (mut noted, mut after) = (0, None);
    loop {
        let letters = waiting::agreed(tx, after, BATCH)?;
        let Some(last) = letters.last() else { return Ok(noted) };
        after = Some(*last);
        for letter in letters {
            noted += usize::from(tx.alone("unsendable_letters", letter, |tx| note(tx, letter))?.unwrap_or_default());
        }
    }
}

/// Notes whether a letter can be sent, where that is new. Of one whose author has left, must not meet the practitioner or can change nothing
/// in it any more nothing is noted: no one is notified of it.
fn note(tx: &mut Tx, id: Id) -> Result<bool> {
    let Some(letter) = queries::find(tx, id)?.map(Protected::for_the_service) else { return Ok(false) };
    match facts::sending_obstacle(tx, &AgreedLetter::of(&letter)?)? {
        None => waiting::note_sendable(tx, id),
        Some(obstacle) if obstacle.is_for_author() => {
            let is_new = waiting::note_unsendable(tx, id)?;
            if is_new {
                notifications::unsendable(tx, &letter)?;
            }
            Ok(is_new)
        }
        Some(_) => Ok(false),
    }
}
