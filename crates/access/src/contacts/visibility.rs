//! Which contacts a member of staff may know of: all but those of a practitioner who has blocked that member of staff, or is the same
//! person, and those that were closed long ago. A contact is a practitioner's when they registered by an invitation from it, or when
//! it gives their email address or their confirmed mobile number. Sharing an employer does not count here, or hardly anyone could
//! answer the contact line for a colleague. An address that the member of staff entered themselves does not count either: what disappeared
//! then would tell them who is registered and has blocked them.
//!
//! The answer is a value that a handler cannot make itself: the query functions of contacts ask for it, and a record that was found
//! by its own id ([`OfContact`]) opens only with it.

use std::collections::{BTreeMap, BTreeSet};

use super::queries::{crises, registered};
use people::Caller;
use people::notifications::addresses::Addresses;
use people::relationships::{Basis, conflicts};
use platform::Tx;
use platform::audit::{self, About, Actor};
use platform::error::{Error, Result};
use platform::http::repeats::Repeat;
use platform::ids::Id;

/// That a member of staff may know of a contact. Only this module makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactPermit {
    id: Id,
    practitioner: Option<Id>,
    actor: Actor,
}

impl ContactPermit {
    /// The contact.
    pub const fn id(&self) -> Id {
        self.id
    }

    /// That the service itself knows of a contact, for background jobs. No handler may use it.
    pub const fn for_the_service(id: Id) -> Self {
        Self { id, practitioner: None, actor: Actor::SYSTEM }
    }

    /// Writes that the caller did `action` to `subject`, such as `("contact_task", Some(id))`, to the audit trail. The row has the
    /// practitioner too, if one has registered from the contact.
    ///
    /// # Errors
    /// When the row cannot be written.
    pub fn record(&self, tx: &mut Tx, action: &'static str, subject: (&'static str, Option<Id>)) -> Result<()> {
        match self.about() {
            Some(about) => audit::record_about(tx, self.actor, action, subject, about),
            None => audit::record(tx, self.actor, action, subject),
        }
    }

    /// Writes that the caller saw these subjects in a list, each contact at most once in ten minutes.
    ///
    /// # Errors
    /// When the rows cannot be written.
    pub fn record_listed(tx: &mut Tx, action: &'static str, kind: &'static str, subjects: &[(Id, Self)]) -> Result<()> {
        let Some((_, first)) = subjects.first() else { return Ok(()) };
        let rows: Vec<_> = subjects.iter().map(|(subject, permit)| (*subject, permit.about())).collect();
        audit::record_listed(tx, first.actor, action, kind, &rows)
    }

    /// The practitioner who has registered from the contact, for the audit trail only.
    pub(super) fn about(&self) -> Option<About> {
        self.practitioner.map(|practitioner| About { practitioner, basis: Basis::Contact.as_str() })
    }
}

/// A record of a contact that a query found by the record's own id. It can be read only once the caller is known to know of the
/// contact.
#[derive(Debug, Clone)]
#[must_use = "a record of a contact does nothing until it is opened"]
pub struct OfContact<T> {
    contact: Id,
    record: T,
}

impl<T> OfContact<T> {
    /// A record of this contact.
    pub const fn new(contact: Id, record: T) -> Self {
        Self { contact, record }
    }

    /// Asks whether the caller may know of the contact, and returns the record.
    ///
    /// # Errors
    /// As [`permit_contact`].
    pub fn permit(self, tx: &mut Tx, caller: &Caller) -> Result<(ContactPermit, T)> {
        Ok((permit_contact(tx, caller, self.contact)?, self.record))
    }

    /// The same of a record that a query may not have found. An id that does not exist takes the statements of one that is hidden.
    ///
    /// # Errors
    /// As [`permit_contact`].
    pub fn permit_found(found: Option<Self>, tx: &mut Tx, caller: &Caller) -> Result<(ContactPermit, T)> {
        match found {
            Some(record) => record.permit(tx, caller),
            None => permit_contact(tx, caller, Id::NO_RECORD).and(Err(Error::not_found())),
        }
    }

    /// The record, for a caller who was found to know of its contact.
    ///
    /// # Errors
    /// 404 when it is of another contact.
    pub fn open(self, permit: &ContactPermit) -> Result<T> {
        if permit.id == self.contact { Ok(self.record) } else { Err(Error::not_found()) }
    }

    /// Removes the rows of a list whose contacts the caller must not know of.
    ///
    /// # Errors
    /// When the database fails.
    pub fn retain_known<K>(tx: &mut Tx, caller: &Caller, rows: &mut Vec<(K, Self)>) -> Result<()> {
        let permit = known_contacts(tx, caller, &rows.iter().map(|(_, row)| row.contact).collect::<Vec<_>>())?;
        rows.retain(|(_, row)| permit.contains_key(&row.contact));
        Ok(())
    }

    /// The rows of a list whose contacts the caller may know of.
    ///
    /// # Errors
    /// When the database fails.
    pub fn permit_each<K>(tx: &mut Tx, caller: &Caller, rows: Vec<(K, Self)>) -> Result<Vec<(K, ContactPermit, T)>> {
        let permit = known_contacts(tx, caller, &rows.iter().map(|(_, row)| row.contact).collect::<Vec<_>>())?;
        Ok(rows.into_iter().filter_map(|(key, row)| Some((key, *permit.get(&row.contact)?, row.record))).collect())
    }
}

/// Answers whether a member of staff may know of this contact. It takes the same statements for one that is hidden and for one that does
/// not exist.
///
/// # Errors
/// 404, as for a contact that does not exist.
pub fn permit_contact(tx: &mut Tx, caller: &Caller, contact: Id) -> Result<ContactPermit> {
    let registered: BTreeMap<Id, Id> = registered::registered_from(tx, &[contact])?.into_iter().collect();
    if let Some(practitioner) = registered.get(&contact) {
        // The audit trail names who registered from it; the answer does not.
        tx.ask_about(*practitioner);
    }
    permits_among(tx, caller, &[contact], &registered)?.remove(&contact).ok_or_else(Error::not_found)
}

/// Those of these contacts that a member of staff may know of.
///
/// # Errors
/// When the database fails.
pub fn known_contacts(tx: &mut Tx, caller: &Caller, contacts: &[Id]) -> Result<BTreeMap<Id, ContactPermit>> {
    let registered: BTreeMap<Id, Id> = registered::registered_from(tx, contacts)?.into_iter().collect();
    permits_among(tx, caller, contacts, &registered)
}

/// The same, with who registered from which of them.
fn permits_among(
    tx: &mut Tx,
    caller: &Caller,
    contacts: &[Id],
    registered: &BTreeMap<Id, Id>,
) -> Result<BTreeMap<Id, ContactPermit>> {
    let hidden = hidden_among(tx, contacts, registered, caller.id)?;
    let permit = |id: &Id| {
        let practitioner = registered.get(id).copied();
        (!hidden.contains(id)).then_some((*id, ContactPermit { id: *id, practitioner, actor: caller.actor() }))
    };
    Ok(contacts.iter().filter_map(permit).collect())
}

/// The contacts among these that a message to this member of staff must not be about.
///
/// # Errors
/// When the database fails.
pub fn hidden_from(tx: &mut Tx, contacts: &[Id], staff: Id) -> Result<BTreeSet<Id>> {
    let registered = registered::registered_from(tx, contacts)?.into_iter().collect();
    hidden_among(tx, contacts, &registered, staff)
}

/// The same for a clinician on duty: practitioners keep them away also where only an alert shows whose contact it is.
///
/// # Errors
/// When the database fails.
pub fn hidden_from_clinician(tx: &mut Tx, contacts: &[Id], clinician: Id) -> Result<BTreeSet<Id>> {
    let mut hidden = hidden_from(tx, contacts, clinician)?;
    let people: BTreeSet<Id> = conflicts::blocked_or_same_person(tx, clinician)?.into_iter().collect();
    if people.is_empty() {
        return Ok(hidden);
    }
    let alerts = crises::handled_of(tx, contacts)?;
    hidden.extend(alerts.iter().filter(|crisis| !crisis.details.raised.is_disjoint(&people)).map(|crisis| crisis.contact));
    Ok(hidden)
}

/// The contacts among these that are hidden from a member of staff, and those that do not exist; `registered` is who registered from
/// which of them.
fn hidden_among(tx: &mut Tx, contacts: &[Id], registered: &BTreeMap<Id, Id>, staff: Id) -> Result<BTreeSet<Id>> {
    let since = tx.now - tx.policy.read_after_care;
    let readable: BTreeSet<Id> = registered::not_closed_before(tx, contacts, since)?.into_iter().collect();
    let mut hidden: BTreeSet<Id> = contacts.iter().copied().filter(|id| !readable.contains(id)).collect();
    let people = conflicts::blocked_or_same_person(tx, staff)?;
    if people.is_empty() {
        return Ok(hidden);
    }
    hidden.extend(registered.iter().filter(|(_, person)| people.contains(person)).map(|(contact, _)| *contact));
    let addresses = Addresses::of(tx, &people)?;
    hidden.extend(registered::with_address(tx, contacts, &addresses, staff)?);
    Ok(hidden)
}

/// Whether a request about a contact may be answered again with its first response: not once it is hidden from
/// the member of staff.
///
/// # Errors
/// When the database fails.
pub fn may_repeat(tx: &mut Tx, repeat: &Repeat<'_>) -> Result<bool> {
    let Some(subject) = repeat.concerned.subject else { return Ok(true) };
    let contact = match repeat.concerned.kind.as_str() {
        "contact" => Some(subject),
        "contact_task" => registered::contact_of_task(tx, subject)?,
        "invitation" => registered::contact_of_invitation(tx, subject)?,
        _ => None,
    };
    match contact {
        Some(contact) => Ok(hidden_from(tx, &[contact], repeat.account)?.is_empty()),
        None => Ok(true),
    }
}
