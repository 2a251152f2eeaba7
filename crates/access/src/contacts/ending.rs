//! What ends on the contact line about somebody who has died.

use diesel::prelude::*;

use super::model::ContactTaskState;
use super::queries::{self, invitations as records, tasks};
use crate::schema::{contact_tasks, contacts, invitations};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Ends the open tasks of every contact from which this practitioner registered, or that gave their e-mail address, and takes back
/// invitations that came from them. Returns how many tasks ended. A contact that shares no more than a telephone number may be
/// somebody else of the family, and is left alone.
///
/// # Errors
/// When the database refuses.
pub fn end_for(tx: &mut Tx, practitioner: Id, email: &str, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody ends a task"))?;
    let mut theirs: Vec<Id> = contacts::table
        .filter(contacts::email_index.eq(Some(queries::email_index(tx.sealer, email))))
        .select(contacts::id)
        .load(tx.conn)?;
    let registered: Vec<Option<Id>> = invitations::table
        .filter(invitations::practitioner_id.eq(Some(practitioner)))
        .select(invitations::contact_id)
        .load(tx.conn)?;
    theirs.extend(registered.into_iter().flatten());
    theirs.sort();
    theirs.dedup();
    let open: Vec<(Id, ContactTaskState)> = contact_tasks::table
        .filter(contact_tasks::contact_id.eq_any(theirs.clone()))
        .filter(contact_tasks::done_at.is_null())
        .order(contact_tasks::id)
        .select((contact_tasks::id, contact_tasks::state))
        .load(tx.conn)?;
    for (id, state) in &open {
        if *state == ContactTaskState::Waiting {
            tasks::take(tx, *id, by)?;
        }
        tasks::finish(tx, *id, by, "Not needed any more.")?;
        audit::record(tx, actor, "contact_task.done", ("contact_task", Some(*id)))?;
    }
    for contact in theirs {
        records::revoke_of(tx, contact)?;
    }
    Ok(open.len())
}
