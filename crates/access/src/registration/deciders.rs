//! Who decides about a reason for confidentiality that was given in words: a coordinator, and where none may know of the practitioner
//! a privacy officer.

use people::Role;
use people::accounts::queries as accounts;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The coordinators who may know of a practitioner.
///
/// # Errors
/// When the database fails.
pub(super) fn coordinators(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let all = accounts::active_with_role(tx, Role::Coordinator)?;
    conflicts::permitted_staff(tx, practitioner, all)
}

/// Whether privacy officers decide about a practitioner.
///
/// # Errors
/// When the database fails.
pub(super) fn is_for_privacy_officers(tx: &mut Tx, practitioner: Id) -> Result<bool> {
    Ok(coordinators(tx, practitioner)?.is_empty())
}
