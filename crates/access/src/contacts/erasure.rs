//! Erasing the personal data of a contact: when its time has passed, and with the record of the practitioner who registered from it.

use diesel::prelude::*;

use super::queries::{self, crises, invitations as records, tasks};
use super::visibility::ContactPermit;
use crate::schema::invitations;
use platform::Tx;
use platform::audit::{self, Actor};
use platform::error::Result;
use platform::ids::Id;

/// Erases the personal data of a contact with that of its tasks, crises and invitations; false when it was erased before.
///
/// # Errors
/// When the database fails.
pub(super) fn erase_contact(tx: &mut Tx, id: Id) -> Result<bool> {
    if queries::locked(tx, &ContactPermit::for_the_service(id))?.is_none_or(|contact| contact.erased_at.is_some()) {
        return Ok(false);
    }
    queries::erase(tx, id)?;
    tasks::erase_notes(tx, id)?;
    crises::erase_for_contact(tx, id)?;
    records::erase_for_contact(tx, id)?;
    audit::record(tx, Actor::SYSTEM, "contact.erased", ("contact", Some(id)))?;
    Ok(true)
}

/// Erases the contacts from which a practitioner registered, when their record is destroyed.
///
/// # Errors
/// When the database fails.
pub fn erase_of(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let contacts: Vec<Option<Id>> = invitations::table
        .filter(invitations::practitioner_id.eq(Some(practitioner)))
        .select(invitations::contact_id)
        .load(tx.conn)?;
    for contact in contacts.into_iter().flatten() {
        erase_contact(tx, contact)?;
    }
    Ok(())
}
