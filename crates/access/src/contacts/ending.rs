//! What ends on the contact line for a practitioner who has died.

use diesel::prelude::*;

use super::model::ContactTaskState;
use super::queries::{self, invitations as records, tasks, triages};
use super::rules;
use super::visibility::ContactPermit;
use crate::schema::{contact_tasks, contacts, invitations};
use people::practitioners::queries as practitioners;
use people::relationships::Basis;
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::{Error, Result};
use platform::ids::Id;

/// How many triages of a contact are looked at, the newest first.
const MAX_TRIAGES: i64 = 50;

/// Completes the open tasks of every contact from which this practitioner registered or that gave their email address or reference, and
/// revokes the invitations of those contacts. Returns how many tasks were completed. A contact that shares only a telephone
/// number may be another member of the family, and one that states the reference in a call about someone else is another person: they are
/// left alone.
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
    if let Some(reference) = practitioners::references(tx, &[practitioner])?.remove(&practitioner) {
        let stated: Vec<Id> = contacts::table
            .filter(contacts::reference_index.eq(queries::indexes::reference_index(tx.sealer, &reference)))
            .select(contacts::id)
            .load(tx.conn)?;
        for contact in stated {
            if is_of_the_caller(tx, contact)? {
                contact_ids.push(contact);
            }
        }
    }
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

/// Whether a contact that states a reference is that practitioner's own: no triage recorded that the call was about someone else.
fn is_of_the_caller(tx: &mut Tx, contact: Id) -> Result<bool> {
    let triages = triages::for_contact(tx, &ContactPermit::for_the_service(contact), MAX_TRIAGES)?;
    Ok(triages.iter().all(|triage| rules::is_about_the_caller(&triage.needs)))
}
