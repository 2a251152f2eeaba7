//! What ends on the contact line for a practitioner who has died.

use diesel::prelude::*;

use super::model::ContactTaskState;
use super::queries::{self, invitations as records, tasks};
use crate::schema::{contact_tasks, contacts, invitations};
use people::relationships::Basis;
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::{Error, Result};
use platform::ids::Id;

/// Completes the open tasks of every contact from which this practitioner registered or that gave their email address, and
/// revokes the invitations of those contacts. Returns how many tasks were completed. A contact that shares only a telephone
/// number may be another member of the family, and is left alone.
///
/// # Errors
/// When the database fails.
pub fn end_for(tx: &mut Tx, practitioner: Id, email: &str, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("a task cannot be completed without an actor"))?;
    let mut contact_ids: Vec<Id> = contacts::table
        .filter(contacts::email_index.eq(Some(queries::indexes::email_index(tx.sealer, email))))
        .select(contacts::id)
        .load(tx.conn)?;
    let registered: Vec<Option<Id>> = invitations::table
        .filter(invitations::practitioner_id.eq(Some(practitioner)))
        .select(invitations::contact_id)
        .load(tx.conn)?;
    contact_ids.extend(registered.into_iter().flatten());
    contact_ids.sort();
    contact_ids.dedup();
    let open: Vec<(Id, ContactTaskState)> = contact_tasks::table
        .filter(contact_tasks::contact_id.eq_any(contact_ids.clone()))
        .filter(contact_tasks::done_at.is_null())
        .order(contact_tasks::id)
        .select((contact_tasks::id, contact_tasks::state))
        .load(tx.conn)?;
    for (id, state) in &open {
        if *state == ContactTaskState::Waiting {
            tasks::take(tx, *id, by)?;
        }
        tasks::complete(tx, *id, by, "No longer needed.")?;
        let about = About { practitioner, basis: Basis::Service.as_str() };
        audit::record_about(tx, actor, "contact_task.completed", ("contact_task", Some(*id)), about)?;
    }
    for contact in contact_ids {
        records::revoke_for(tx, contact)?;
    }
    Ok(open.len())
}
