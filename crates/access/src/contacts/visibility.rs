//! Which contacts are hidden from a member of staff: those from which a practitioner registered who has blocked that member of
//! staff, or is the same person. Sharing an employer does not count here, or hardly anyone could answer the contact line for a
//! colleague.

use super::queries::invitations;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;

/// The contacts among these that are hidden from this member of staff.
///
/// # Errors
/// When the database fails.
pub fn hidden_from(tx: &mut Tx, contacts: &[Id], staff: Id) -> Result<Vec<Id>> {
    let hidden = conflicts::blocked_or_same_person(tx, staff)?;
    if hidden.is_empty() {
        return Ok(Vec::new());
    }
    let mut registered = invitations::registered_from(tx, contacts)?;
    registered.retain(|(_, practitioner)| hidden.contains(practitioner));
    Ok(registered.into_iter().map(|(contact, _)| contact).collect())
}

/// Checks that a member of staff may know of this contact.
///
/// # Errors
/// 404, as for a contact that does not exist.
pub fn check_may_know(tx: &mut Tx, contact: Id, staff: Id) -> Result<()> {
    if hidden_from(tx, &[contact], staff)?.is_empty() { Ok(()) } else { Err(Error::not_found()) }
}
