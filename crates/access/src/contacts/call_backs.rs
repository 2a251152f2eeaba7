//! Contacts of people who ask to be called back.

use super::catalogue;
use super::queries::{self, NewContact};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;

/// Creates a contact for a person who asks to be called back: their details, and a task for the contact line.
///
/// # Errors
/// When the database fails.
pub fn create_call_back_request(tx: &mut Tx, new: &NewContact, actor: Actor) -> Result<Id> {
    create_with_code(tx, new, None, actor)
}

/// The same, with the keyed tag of the code with which the person looks up the status.
pub(super) fn create_with_code(tx: &mut Tx, new: &NewContact, code_tag: Option<&str>, actor: Actor) -> Result<Id> {
    let id = queries::insert(tx, new, None, code_tag)?;
    queries::tasks::raise(tx, id, catalogue::triage().call_back())?;
    audit::record(tx, actor, "contact.call_back_requested", ("contact", Some(id)))?;
    Ok(id)
}
