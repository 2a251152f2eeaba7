//! How many places of a group its readers count. Staff count only the places that they may read: otherwise the difference to the list
//! of enrolments would tell that people are in the group who they must not meet. Rules about capacity count every place.

use std::collections::{BTreeMap, BTreeSet};

use super::members::MemberAccess;
use crate::groups::queries::groups::{self, Figures, Filter};
use people::Caller;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// How many people have, are offered and wait for a place in each of these groups, as the caller counts them.
pub(super) fn counted(tx: &mut Tx, caller: &Caller, of: &[Id]) -> Result<BTreeMap<Id, Figures>> {
    let hidden = if caller.is_staff() { hidden_places(tx, caller, of)? } else { Vec::new() };
    groups::figures(tx, of, &hidden)
}

/// Makes the filters by free places and by the minimum agree with what the caller counts: a place that is hidden from them is
/// not taken.
pub(super) fn adapt_filter(tx: &mut Tx, caller: &Caller, filter: &mut Filter) -> Result<()> {
    if !caller.is_staff() || !(filter.vacancies || filter.below_minimum) {
        return Ok(());
    }
    let open = groups::open_ids(tx)?;
    let hidden = hidden_places(tx, caller, &open)?;
    let affected: BTreeSet<Id> = hidden.iter().map(|(group, _)| *group).collect();
    let affected: Vec<Id> = affected.into_iter().collect();
    let figures = groups::figures(tx, &affected, &hidden)?;
    for (group, capacity, minimum) in groups::sizes(tx, &affected)? {
        let counted = figures.get(&group).copied().unwrap_or_default();
        if i32::from(counted.seated()) < capacity {
            filter.also_with_places.push(group);
        }
        if i32::from(counted.enrolled) < minimum {
            filter.also_below_minimum.push(group);
        }
    }
    Ok(())
}

/// The places in these groups that a member of staff may not read, by group and practitioner.
fn hidden_places(tx: &mut Tx, caller: &Caller, of: &[Id]) -> Result<Vec<(Id, Id)>> {
    let live = groups::live_practitioners(tx, of)?;
    let people: BTreeSet<Id> = live.iter().map(|(_, practitioner)| *practitioner).collect();
    let people: Vec<Id> = people.into_iter().collect();
    let apart = conflicts::practitioners_excluded_from(tx, caller.id, &people)?;
    let mut hidden: Vec<(Id, Id)> = live.into_iter().filter(|(_, practitioner)| apart.contains(practitioner)).collect();
    let affected: BTreeSet<Id> = hidden.iter().map(|(group, _)| *group).collect();
    for group in affected {
        // A facilitator sees a person they must not meet if the two agreed to.
        let shown = MemberAccess::of(tx, caller, group)?.filter(tx, caller, group)?.practitioners;
        hidden.retain(|(other, practitioner)| *other != group || !shown.contains(practitioner));
    }
    Ok(hidden)
}
