//! Which contacts are hidden from a member of staff: those that became a practitioner who has blocked them or who is the same person.
//! Sharing an employer does not count here: almost nobody could answer the contact line of a colleague otherwise.

use super::queries::invitations;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Those of these contacts that the person who registered keeps from this member of staff.
///
/// # Errors
/// When the database refuses.
pub fn kept_from(tx: &mut Tx, contacts: &[Id], staff: Id) -> Result<Vec<Id>> {
    let kept = conflicts::kept_from(tx, staff)?;
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let mut registered = invitations::registered_from(tx, contacts)?;
    registered.retain(|(_, practitioner)| kept.contains(practitioner));
    Ok(registered.into_iter().map(|(contact, _)| contact).collect())
}

/// Lets a member of staff through who may know of this contact.
///
/// # Errors
/// 404, as for a contact that there is not.
pub fn check_may_know(tx: &mut Tx, contact: Id, staff: Id) -> Result<()> {
    if kept_from(tx, &[contact], staff)?.is_empty() { Ok(()) } else { Err(Error::not_found()) }
}
