//! Contacts of people who ask to be called back.

use super::model::ContactTaskKind;
use super::queries::{self, NewContact, tasks};
use super::{crises, in_force, notifications, rules};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::Result;
use platform::ids::Id;

/// Creates a contact for a person who asks to be called back: their details, and a task for the contact line. How soon it is due
/// depends on their answer to the safety question.
///
/// # Errors
/// When the database fails.
pub fn create_call_back_request(tx: &mut Tx, new: &NewContact, actor: Actor) -> Result<Id> {
    create_with_code(tx, new, None, actor)
}

/// The same, with the keyed tag of the code with which the person looks up the status.
pub(super) fn create_with_code(tx: &mut Tx, new: &NewContact, code_tag: Option<&str>, actor: Actor) -> Result<Id> {
    let id = queries::insert(tx, new, None, code_tag)?;
    let answer = new.details.safety_answer;
    let rule = in_force::triage(tx)?.call_back_after(answer);
    tasks::raise(tx, id, rule)?;
    if rule.kind.is_for_today() {
        queries::set_needs_today(tx, id, true)?;
    }
    if rule.kind == ContactTaskKind::Danger {
        notifications::notify_of_request_in_danger(tx)?;
    }
    if let Some(severity) = rules::crisis_of_answer(answer) {
        crises::record(tx, id, severity, None, true)?;
    }
    audit::record(tx, actor, "contact.call_back_requested", ("contact", Some(id)))?;
    Ok(id)
}
