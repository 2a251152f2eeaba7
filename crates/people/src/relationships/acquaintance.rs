//! By what people may know each other: the marks of each, their employers, and their lists of colleagues to avoid.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::accounts::marks::MarkKind;
use crate::relationships::conflicts;
pub use crate::relationships::model::{Known, Marks};
use crate::schema::{account_mark_keys, account_marks, blocked_colleague_keys, blocked_colleagues, practitioners};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// These practitioners, in their order, as others may know them. Who works for the service avoids their colleagues here, and is
/// recognised as the member of staff too.
pub fn practitioners_as_known(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Known>> {
    let (mut avoids, mut marks) = (lists(tx, ids)?, marks_of(tx, ids)?);
    let employers: BTreeMap<Id, Option<String>> = practitioners::table
        .filter(practitioners::id.eq_any(ids.to_vec()))
        .select((practitioners::id, practitioners::employer_index))
        .load(tx.conn)?
        .into_iter()
        .collect();
    let mut known = Vec::new();
    for id in ids {
        let Some(employer) = employers.get(id) else { continue };
        let mut avoids = avoids.remove(id).unwrap_or_default();
        let at_work = conflicts::colleagues_here(tx, *id)?;
        if !at_work.is_empty() {
            avoids.push(Marks { accounts: at_work.into_iter().collect(), ..Marks::default() });
        }
        let (mut own, mut employers) = marks.remove(id).unwrap_or_default();
        own.accounts.insert(*id);
        own.accounts.extend(conflicts::accounts_of(tx, *id)?);
        employers.extend(employer.clone());
        known.push(Known { id: *id, marks: own, employers, avoids });
    }
    Ok(known)
}

/// Those on these practitioners' lists of colleagues to avoid.
fn lists(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, Vec<Marks>>> {
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
    let mut pairs = grouped(keys);
    let mut lists: BTreeMap<Id, Vec<Marks>> = BTreeMap::new();
    for (entry, practitioner, account, registration, name) in rows {
        lists.entry(practitioner).or_default().push(Marks {
            accounts: account.into_iter().collect(),
            registrations: registration.into_iter().collect(),
            names: name.into_iter().collect(),
            pairs: pairs.remove(&entry).unwrap_or_default(),
        });
    }
    Ok(lists)
}

/// These members of staff, in their order, as others may know them.
pub fn staff_as_known(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Known>> {
    let mut marks = marks_of(tx, ids)?;
    let somebody = |id: &Id| {
        let (mut marks, employers) = marks.remove(id).unwrap_or_default();
        marks.accounts.insert(*id);
        Known { id: *id, marks, employers, avoids: Vec::new() }
    };
    Ok(ids.iter().map(somebody).collect())
}

/// By what these people were ever known, and the employers that count.
fn marks_of(tx: &mut Tx, accounts: &[Id]) -> Result<BTreeMap<Id, (Marks, BTreeSet<String>)>> {
    let rows: Vec<(Id, Id, MarkKind, String, bool)> = account_marks::table
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
        .filter(account_mark_keys::mark_id.eq_any(rows.iter().map(|(mark, ..)| *mark).collect::<Vec<_>>()))
        .select((account_mark_keys::mark_id, account_mark_keys::value_index))
        .load(tx.conn)?;
    let mut pairs = grouped(keys);
    let mut all: BTreeMap<Id, (Marks, BTreeSet<String>)> = BTreeMap::new();
    for (mark, account, kind, index, lapsed) in rows {
        let (marks, employers) = all.entry(account).or_default();
        match kind {
            MarkKind::AccountName | MarkKind::EntryName | MarkKind::LegalName => {
                marks.names.insert(index);
                marks.pairs.extend(pairs.remove(&mark).unwrap_or_default());
            }
            MarkKind::Registration | MarkKind::OwnRegistration => {
                marks.registrations.insert(index);
            }
            MarkKind::Employer if !lapsed => {
                employers.insert(index);
            }
            MarkKind::Employer | MarkKind::Discipline => {}
        }
    }
    Ok(all)
}

fn grouped(keys: Vec<(Id, String)>) -> BTreeMap<Id, BTreeSet<String>> {
    let mut groups: BTreeMap<Id, BTreeSet<String>> = BTreeMap::new();
    for (id, key) in keys {
        groups.entry(id).or_default().insert(key);
    }
    groups
}
