//! What decides who a contact is shown to: who registered from it, whose address it gives, when it was closed, and which contact a
//! record is of.

use diesel::prelude::*;

use super::indexes::{email_index, phone_indexes, reference_index};
use crate::schema::{contact_tasks, contacts, invitations};
use people::notifications::addresses::Addresses;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Who registered with an invitation of one of these contacts or referrals: subject and practitioner.
pub fn registered_from(tx: &mut Tx, subjects: &[Id]) -> Result<Vec<(Id, Id)>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    Ok(invitations::table
        .filter(invitations::subject_id.eq_any(subjects.to_vec()))
        .filter(invitations::practitioner_id.is_not_null())
        .select((invitations::subject_id, invitations::practitioner_id.assume_not_null()))
        .load(tx.conn)?)
}

/// The contact that a task is about.
pub fn contact_of_task(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(contact_tasks::table.find(id).select(contact_tasks::contact_id).get_result(tx.conn).optional()?)
}

/// The contact that an invitation was sent to; none for that of a referral.
pub fn contact_of_invitation(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    let found: Option<Option<Id>> = invitations::table.find(id).select(invitations::contact_id).get_result(tx.conn).optional()?;
    Ok(found.flatten())
}

/// Those of these contacts that exist and were not closed before `since`.
pub fn not_closed_before(tx: &mut Tx, among: &[Id], since: UtcTime) -> Result<Vec<Id>> {
    let is_open = contacts::closed_at.is_null().or(contacts::closed_at.ge(Some(since)));
    let found = contacts::table.filter(contacts::id.eq_any(among.to_vec())).filter(is_open);
    Ok(found.select(contacts::id).load(tx.conn)?)
}

/// Those of these contacts that this member of staff logged, or whose address or reference they entered last.
pub fn recorded_by(tx: &mut Tx, among: &[Id], staff: Id) -> Result<Vec<Id>> {
    let by_staff = contacts::logged_by.eq(Some(staff)).or(contacts::addresses_set_by.eq(Some(staff)));
    let found = contacts::table.filter(contacts::id.eq_any(among.to_vec())).filter(by_staff);
    Ok(found.select(contacts::id).load(tx.conn)?)
}

/// Whether no member of staff logged the contact or entered its address or reference: who it is from was stated from outside.
pub fn is_anonymous(tx: &mut Tx, contact: Id) -> Result<bool> {
    let untouched =
        contacts::table.find(contact).filter(contacts::logged_by.is_null()).filter(contacts::addresses_set_by.is_null());
    Ok(diesel::select(diesel::dsl::exists(untouched)).get_result(tx.conn)?)
}

/// Those of these contacts that give one of these addresses or references, other than those whose address this member of staff entered.
pub fn with_address(tx: &mut Tx, among: &[Id], addresses: &Addresses, staff: Id) -> Result<Vec<Id>> {
    let emails: Vec<Option<String>> = addresses.emails.iter().map(|email| Some(email_index(tx.sealer, email))).collect();
    let phones = addresses.mobiles.iter().flat_map(|number| phone_indexes(tx.sealer, number));
    let references = addresses.references.iter().map(|reference| reference_index(tx.sealer, reference));
    let same = contacts::email_index
        .eq_any(emails)
        .or(contacts::phone_index.eq_any(phones.collect::<Vec<_>>()))
        .or(contacts::reference_index.eq_any(references.collect::<Vec<_>>()));
    let by_others = contacts::addresses_set_by.is_null().or(contacts::addresses_set_by.ne(Some(staff)));
    let found = contacts::table.filter(contacts::id.eq_any(among.to_vec())).filter(same).filter(by_others);
    Ok(found.select(contacts::id).load(tx.conn)?)
}
