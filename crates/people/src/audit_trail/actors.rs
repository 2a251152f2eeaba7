//! The names and references of the people in events.

use std::collections::{BTreeMap, BTreeSet};

use platform::Tx;
use platform::audit::AuditRecord;
use platform::error::Result;
use platform::ids::Id;

use crate::Role;
use crate::accounts::queries::{self as accounts, Names};
use crate::practitioners::queries as practitioners;

/// The people in some events: staff by name, practitioners by reference, never by name.
#[derive(Debug, Default)]
pub struct People {
    pub staff: Names,
    pub references: BTreeMap<Id, String>,
}

impl People {
    /// The people in these events. A name that cannot be read is left out, which is logged.
    pub fn of(tx: &mut Tx, events: &[AuditRecord]) -> Result<Self> {
        let is_practitioner = |event: &&AuditRecord| event.actor_role == Role::Practitioner.as_str();
        let staff = Self::distinct(events.iter().filter(|event| !is_practitioner(event)).filter_map(|event| event.actor_id));
        let acting = events.iter().filter(is_practitioner).filter_map(|event| event.actor_id);
        let practitioners = Self::distinct(acting.chain(events.iter().filter_map(|event| event.practitioner_id)));
        Ok(Self { staff: staff_names(tx, &staff)?, references: practitioners::references(tx, &practitioners)? })
    }

    fn distinct(ids: impl Iterator<Item = Id>) -> Vec<Id> {
        ids.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The names of these members of staff, as far as they can be read.
pub fn staff_names(tx: &mut Tx, staff: &[Id]) -> Result<Names> {
    Ok(accounts::readable_names(tx, staff)?.0)
}
