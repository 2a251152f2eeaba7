//! How people may recognise each other: the identity keys of each, their employers, and the colleagues they have blocked.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::accounts::identity::IdentityKind;
use crate::relationships::conflicts::Subject;
pub use crate::relationships::model::{IdentityKeys, PersonIdentity};
use crate::relationships::stated_values::{KnownValue, ValueKind};
use crate::schema::{blocked_colleagues, identity_entries, identity_entry_keys, practitioners};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// The identities of these practitioners, in the order of `ids`. A practitioner who works for the service is also recognised as
/// the member of staff, and their colleagues in the service count as blocked.
///
/// # Errors
/// When a value of one of them cannot be opened: who is kept away is then not known.
pub fn practitioner_identities(tx: &mut Tx, ids: &[Id]) -> Result<Vec<PersonIdentity>> {
    let registered: BTreeSet<Id> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .select(practitioners::id)
        .load(tx.conn)?
        .into_iter()
        .collect();
    let mut blocked = blocked_entries(tx, ids)?;
    let mut identities = Vec::new();
    for id in ids.iter().filter(|id| registered.contains(id)) {
        let subject = Subject::read(tx, *id)?;
        identities.push(complete(tx, *id, &subject, blocked.remove(id).unwrap_or_default())?);
    }
    Ok(identities)
}

/// The identity of a practitioner without what they stated about themselves later: another employer, name or registration. The colleagues
/// they have blocked are all there, each with its time.
///
/// # Errors
/// As [`practitioner_identities`].
pub fn practitioner_identity_as_of(tx: &mut Tx, id: Id, until: UtcTime) -> Result<PersonIdentity> {
    let blocked = blocked_entries(tx, &[id])?.remove(&id).unwrap_or_default();
    let subject = Subject::read(tx, id)?.stated_until(until);
    complete(tx, id, &subject, blocked)
}

/// The identity of a practitioner, with that of the member of staff who is the same person.
fn complete(tx: &mut Tx, id: Id, subject: &Subject, blocked: BTreeMap<Id, IdentityKeys>) -> Result<PersonIdentity> {
    let mut identity = identity(id, subject.values(), blocked);
    let colleagues = subject.service_colleagues(tx)?;
    if !colleagues.is_empty() {
        identity.blocked.push(IdentityKeys { accounts: colleagues.into_iter().collect(), ..IdentityKeys::default() });
    }
    identity.keys.accounts.insert(id);
    identity.keys.accounts.extend(subject.staff_accounts(tx)?);
    Ok(identity)
}

/// The identity that follows from a practitioner's values. `blocked` has the keys of the colleagues that they have blocked as far as
/// the entries have them in clear.
fn identity(id: Id, values: &[KnownValue], blocked: BTreeMap<Id, IdentityKeys>) -> PersonIdentity {
    let (mut keys, mut employers, mut entries) = (IdentityKeys::default(), BTreeSet::new(), blocked);
    for value in values {
        let index = value.index.clone();
        let own = match value.entry {
            Some(entry) => entries.entry(entry).or_default(),
            None => &mut keys,
        };
        match value.kind {
            ValueKind::Registration | ValueKind::BlockedRegistration => own.registrations.insert(index),
            ValueKind::Name | ValueKind::BlockedName => own.names.insert(index),
            ValueKind::NamePair | ValueKind::BlockedNamePair => own.name_pairs.insert(index),
            ValueKind::Employer => employers.insert(index),
        };
    }
    PersonIdentity { id, keys, employers, blocked: entries.into_values().collect() }
}

/// The colleagues that these practitioners have blocked, by practitioner and entry: since when, and the account where it was chosen.
fn blocked_entries(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, BTreeMap<Id, IdentityKeys>>> {
    let rows: Vec<(Id, Id, Option<Id>, UtcTime)> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq_any(practitioners.to_vec()))
        .select((
            blocked_colleagues::practitioner_id,
            blocked_colleagues::id,
            blocked_colleagues::clinician_id,
            blocked_colleagues::created_at,
        ))
        .load(tx.conn)?;
    let mut found: BTreeMap<Id, BTreeMap<Id, IdentityKeys>> = BTreeMap::new();
    for (practitioner, entry, account, blocked_at) in rows {
        let keys =
            IdentityKeys { accounts: account.into_iter().collect(), blocked_at: Some(blocked_at), ..IdentityKeys::default() };
        found.entry(practitioner).or_default().insert(entry, keys);
    }
    Ok(found)
}

/// The identities of these members of staff, in the order of `ids`.
pub fn staff_identities(tx: &mut Tx, ids: &[Id]) -> Result<Vec<PersonIdentity>> {
    let mut found = keys_and_employers(tx, ids)?;
    let identity = |id: &Id| {
        let (mut keys, employers) = found.remove(id).unwrap_or_default();
        keys.accounts.insert(*id);
        PersonIdentity { id: *id, keys, employers, blocked: Vec::new() }
    };
    Ok(ids.iter().map(identity).collect())
}

/// The identity keys that these members of staff have or had, and the employers that have not lapsed.
fn keys_and_employers(tx: &mut Tx, accounts: &[Id]) -> Result<BTreeMap<Id, (IdentityKeys, BTreeSet<String>)>> {
    let rows: Vec<(Id, Id, IdentityKind, String, bool)> = identity_entries::table
        .filter(identity_entries::account_id.eq_any(accounts.to_vec()))
        .select((
            identity_entries::id,
            identity_entries::account_id,
            identity_entries::kind,
            identity_entries::value_index,
            identity_entries::lapsed,
        ))
        .load(tx.conn)?;
    let keys: Vec<(Id, String)> = identity_entry_keys::table
        .filter(identity_entry_keys::entry_id.eq_any(rows.iter().map(|(entry, ..)| *entry).collect::<Vec<_>>()))
        .select((identity_entry_keys::entry_id, identity_entry_keys::value_index))
        .load(tx.conn)?;
    let mut pairs = group_by_id(keys);
    let mut all: BTreeMap<Id, (IdentityKeys, BTreeSet<String>)> = BTreeMap::new();
    for (entry, account, kind, index, lapsed) in rows {
        let (keys, employers) = all.entry(account).or_default();
        match kind {
            IdentityKind::AccountName | IdentityKind::DirectoryName | IdentityKind::LegalName => {
                keys.names.insert(index);
                keys.name_pairs.extend(pairs.remove(&entry).unwrap_or_default());
            }
            IdentityKind::Registration | IdentityKind::PractitionerRegistration => {
                keys.registrations.insert(index);
            }
            IdentityKind::Employer if !lapsed => {
                employers.insert(index);
            }
            IdentityKind::Employer
            | IdentityKind::Discipline
            | IdentityKind::AccountStatus
            | IdentityKind::PrescribingRights
            | IdentityKind::ServiceEmployment
            | IdentityKind::Hubs => {}
        }
    }
    Ok(all)
}

fn group_by_id(keys: Vec<(Id, String)>) -> BTreeMap<Id, BTreeSet<String>> {
    let mut groups: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for (id, key) in keys {
        groups.entry(id).or_default().insert(key);
    }
    groups
}
