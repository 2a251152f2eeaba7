//! How people may recognise each other: the identity keys of each, their employers, and the colleagues they have blocked.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::accounts::identity::IdentityKind;
use crate::relationships::conflicts;
pub use crate::relationships::model::{IdentityKeys, PersonIdentity};
use crate::schema::{account_mark_keys, account_marks, blocked_colleague_keys, blocked_colleagues, practitioners};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The identities of these practitioners, in the order of `ids`. A practitioner who works for the service is also recognised as
/// the member of staff, and their colleagues in the service count as blocked.
pub fn practitioner_identities(tx: &mut Tx, ids: &[Id]) -> Result<Vec<PersonIdentity>> {
    let (mut blocked, mut keys) = (blocked_lists(tx, ids)?, keys_and_employers(tx, ids)?);
    let employers: BTreeMap<Id, Option<String>> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .select((practitioners::id, practitioners::employer_index))
        .load(tx.conn)?
        .into_iter()
        .collect();
    let mut identities = Vec::new();
    for id in ids {
        let Some(employer) = employers.get(id) else { continue };
        let mut blocked = blocked.remove(id).unwrap_or_default();
        let colleagues = conflicts::service_colleagues(tx, *id)?;
        if !colleagues.is_empty() {
            blocked.push(IdentityKeys { accounts: colleagues.into_iter().collect(), ..IdentityKeys::default() });
        }
        let (mut own, mut employers) = keys.remove(id).unwrap_or_default();
        own.accounts.insert(*id);
        own.accounts.extend(conflicts::staff_accounts_of(tx, *id)?);
        employers.extend(employer.clone());
        identities.push(PersonIdentity { id: *id, keys: own, employers, blocked });
    }
    Ok(identities)
}

/// The keys of the colleagues these practitioners have blocked.
fn blocked_lists(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<IdentityKeys>>> {
    type Listed = (Id, Id, Option<Id>, Option<String>, Option<String>);
    let rows: Vec<Listed> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq_any(practitioners.to_vec()))
        .select((
            blocked_colleagues::id,
            blocked_colleagues::practitioner_id,
            blocked_colleagues::clinician_id,
            blocked_colleagues::registration_index,
            blocked_colleagues::name_index,
        ))
        .load(tx.conn)?;
    let entries: Vec<Id> = rows.iter().map(|(entry, ..)| *entry).collect();
    let keys: Vec<(Id, String)> = blocked_colleague_keys::table
        .filter(blocked_colleague_keys::blocked_id.eq_any(entries))
        .select((blocked_colleague_keys::blocked_id, blocked_colleague_keys::value_index))
        .load(tx.conn)?;
    let mut pairs = group_by_id(keys);
    let mut lists: BTreeMap<Id, Vec<IdentityKeys>> = BTreeMap::new();
    for (entry, practitioner, account, registration, name) in rows {
        lists.entry(practitioner).or_default().push(IdentityKeys {
            accounts: account.into_iter().collect(),
            registrations: registration.into_iter().collect(),
            names: name.into_iter().collect(),
            name_pairs: pairs.remove(&entry).unwrap_or_default(),
        });
    }
    Ok(lists)
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

/// The identity keys that these people have or had, and the employers that have not lapsed.
fn keys_and_employers(tx: &mut Tx, accounts: &[Id]) -> Result<BTreeMap<Id, (IdentityKeys, BTreeSet<String>)>> {
    let rows: Vec<(Id, Id, IdentityKind, String, bool)> = account_marks::table
        .filter(account_marks::account_id.eq_any(accounts.to_vec()))
        .select((
            account_marks::id,
            account_marks::account_id,
            account_marks::kind,
            account_marks::value_index,
            account_marks::lapsed,
        ))
        .load(tx.conn)?;
    let keys: Vec<(Id, String)> = account_mark_keys::table
        .filter(account_mark_keys::mark_id.eq_any(rows.iter().map(|(entry, ..)| *entry).collect::<Vec<_>>()))
        .select((account_mark_keys::mark_id, account_mark_keys::value_index))
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
            IdentityKind::Employer | IdentityKind::Discipline => {}
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
