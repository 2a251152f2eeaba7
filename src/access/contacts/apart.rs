//! Which contacts a member of staff must not know of: those from which somebody registered whom they must not meet.

use super::queries::invitations;
use crate::access::conflicts;
use crate::platform::db::Conn;
use crate::platform::error::{Error, Result};
use crate::platform::ids::Id;

/// Those of these contacts (or of other things that invitations come from) that the person who registered keeps from this member of
/// staff.
///
/// # Errors
/// When the database refuses.
pub fn kept_from(conn: &mut Conn, subjects: &[Id], staff: Id) -> Result<Vec<Id>> {
    let mut registered = invitations::registered_from(conn, subjects)?;
    let people: Vec<Id> = registered.iter().map(|(_, practitioner)| *practitioner).collect();
    let excluded = conflicts::excluded_from(conn, staff, &people)?;
    registered.retain(|(_, practitioner)| excluded.contains(practitioner));
    Ok(registered.into_iter().map(|(subject, _)| subject).collect())
}

/// Lets a member of staff through who may know of this contact.
///
/// # Errors
/// 404, as for a contact that there is not.
pub fn check_may_know(conn: &mut Conn, contact: Id, staff: Id) -> Result<()> {
    if kept_from(conn, &[contact], staff)?.is_empty() { Ok(()) } else { Err(Error::not_found()) }
}
