//! Practitioners who state one registration number: one person may have two records, with medicines and allergies in either. Compared are
//! the indexes of the identity history, which has former numbers too, so no number is opened.

use std::collections::{BTreeMap, BTreeSet};

use diesel::QueryableByName;
use diesel::prelude::*;

use super::stated_values::id_list;
use crate::accounts::identity::IdentityKind;
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// How many ids one statement names.
const CHUNK: usize = 500;

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = sql::Id)]
    practitioner: Id,
    #[diesel(sql_type = sql::Id)]
    other: Id,
    #[diesel(sql_type = sql::UtcTime)]
    since: UtcTime,
}

/// A registration number that others stated before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedEarlier {
    /// Since when the practitioner states it.
    pub since: UtcTime,
    /// Who stated it before them, at least one.
    pub others: BTreeSet<Id>,
}

/// The practitioners who have or had a registration number that one of these has or had, by practitioner. Those who share none are left
/// out.
///
/// # Errors
/// When the database fails.
pub fn sharing(tx: &mut Tx, practitioners: &[Id]) -> Result<BTreeMap<Id, BTreeSet<Id>>> {
    let mut found: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for chunk in practitioners.chunks(CHUNK) {
        for Pair { practitioner, other, .. } in pairs(tx, chunk, "")? {
            found.entry(practitioner).or_default().insert(other);
        }
    }
    Ok(found)
}

/// A practitioner and everyone who shares a registration number with them.
///
/// # Errors
/// When the database fails.
pub fn with_everyone_sharing(tx: &mut Tx, practitioner: Id) -> Result<BTreeSet<Id>> {
    let mut people = sharing(tx, &[practitioner])?.remove(&practitioner).unwrap_or_default();
    people.insert(practitioner);
    Ok(people)
}

/// The practitioners who stated the present registration number of this one before them and have or had it, if there are any. So of two
/// records only the later one finds the other.
///
/// # Errors
/// When the database fails.
pub fn stated_earlier(tx: &mut Tx, practitioner: Id) -> Result<Option<StatedEarlier>> {
    let earlier = "AND own.held_until IS NULL AND (other.held_from < own.held_from \
                   OR (other.held_from = own.held_from AND other.account_id < own.account_id))";
    let pairs = pairs(tx, &[practitioner], earlier)?;
    let others = pairs.iter().map(|pair| pair.other).collect();
    Ok(pairs.first().map(|pair| StatedEarlier { since: pair.since, others }))
}

fn pairs(tx: &mut Tx, practitioners: &[Id], condition: &str) -> Result<Vec<Pair>> {
    let statement = format!(
        "SELECT own.account_id AS practitioner, other.account_id AS other, own.held_from AS since FROM identity_entries own \
         JOIN identity_entries other ON other.value_index = own.value_index AND other.kind = own.kind \
             AND other.account_id <> own.account_id \
         WHERE own.account_id {} AND own.kind = '{}' {condition}",
        id_list(practitioners),
        IdentityKind::PractitionerRegistration.as_str()
    );
    Ok(diesel::sql_query(statement).load(tx.conn)?)
}
