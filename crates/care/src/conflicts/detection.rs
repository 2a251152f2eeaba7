//! Finds arrangements between people who must not meet, from the current data.

use std::collections::BTreeMap;

use super::queries;
use super::queries::{Arrangement, ConflictScope};
use crate::groups::place_conflicts as groups;
use people::relationships::conflicts;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// All arrangements between people who must not meet.
pub(super) fn detect_conflicts(tx: &mut Tx, scope: ConflictScope) -> Result<Vec<Arrangement>> {
    let mut by_clinician: BTreeMap<Id, Vec<Arrangement>> = BTreeMap::new();
    for arrangement in queries::arrangements(tx, scope)? {
        if let Some(clinician) = arrangement.clinician {
            by_clinician.entry(clinician).or_default().push(arrangement);
        }
    }
    let mut found = Vec::new();
    for (clinician, arrangements) in by_clinician {
        let mut people: Vec<Id> = arrangements.iter().map(|arrangement| arrangement.practitioner).collect();
        people.sort();
        people.dedup();
        let excluded = conflicts::practitioners_excluded_from(tx, clinician, &people)?;
        found.extend(arrangements.into_iter().filter(|arrangement| excluded.contains(&arrangement.practitioner)));
    }
    let places = match scope {
        ConflictScope::Practitioner(practitioner) => groups::for_practitioner(tx, practitioner)?,
        ConflictScope::Clinician(clinician) => groups::for_clinician(tx, clinician)?,
        ConflictScope::All => groups::all(tx)?,
    };
    found.extend(places.into_iter().map(|place| Arrangement {
        kind: ArrangementKind::GroupPlace,
        id: place.enrolment,
        practitioner: place.practitioner,
        clinician: place.facilitator,
        starts_at: None,
    }));
    found.sort_by_key(Arrangement::sort_key);
    Ok(found)
}
