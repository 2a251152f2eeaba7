//! Counts over a stretch of time by which unusual use of records is found.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::Tx;
use crate::error::Result;
use crate::ids::{Id, UtcTime};
use crate::schema::audit_events;

/// What one account did in a stretch of time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// The role in which it acted.
    pub role: String,
    /// The practitioners whose records it used, without itself. Those that it only saw in lists are not among them.
    pub practitioners: BTreeSet<Id>,
    /// The practitioners that it saw in lists.
    pub listed: BTreeSet<Id>,
    /// How often it used a record of a practitioner. Lists do not count: apps read them again by themselves.
    pub uses: i32,
    /// How often it was refused.
    pub refusals: i32,
}

/// What each account did from one time until before another.
///
/// # Errors
/// When the database fails.
pub fn usage_between(tx: &mut Tx, from: UtcTime, until: UtcTime) -> Result<BTreeMap<Id, Usage>> {
    let mut usage: BTreeMap<Id, Usage> = BTreeMap::new();
    for of_lists in [false, true] {
        for row in counts(tx, (from, until), of_lists)? {
            let Some(actor) = row.actor else { continue };
            let one = usage.entry(actor).or_default();
            one.role = row.role;
            let count = i32::try_from(row.count).unwrap_or(i32::MAX);
            match row.practitioner.filter(|practitioner| *practitioner != actor) {
                _ if row.refused => one.refusals = one.refusals.saturating_add(count),
                Some(practitioner) if of_lists => {
                    one.listed.insert(practitioner);
                }
                Some(practitioner) => {
                    one.uses = one.uses.saturating_add(count);
                    one.practitioners.insert(practitioner);
                }
                None => {}
            }
        }
    }
    Ok(usage)
}

#[derive(Queryable)]
struct Counted {
    actor: Option<Id>,
    role: String,
    practitioner: Option<Id>,
    refused: bool,
    count: i64,
}

/// The rows of a time by actor and practitioner: those of lists, or all others.
fn counts(tx: &mut Tx, (from, until): (UtcTime, UtcTime), of_lists: bool) -> Result<Vec<Counted>> {
    let is_of_list = diesel::dsl::sql::<diesel::sql_types::Bool>(if of_lists {
        "action LIKE '%.listed'"
    } else {
        "action NOT LIKE '%.listed'"
    });
    let query = audit_events::table
        .filter(is_of_list)
        .filter(audit_events::at.ge(from))
        .filter(audit_events::at.lt(until))
        .filter(audit_events::actor_id.is_not_null())
        .group_by((audit_events::actor_id, audit_events::actor_role, audit_events::practitioner_id, audit_events::refused))
        .select((
            audit_events::actor_id,
            audit_events::actor_role,
            audit_events::practitioner_id,
            audit_events::refused,
            diesel::dsl::count_star(),
        ));
    Ok(query.load(tx.conn)?)
}
