//! Finds arrangements by_clinician people who must not meet, from the current data.

use std::collections::BTreeMap;

use super::queries;
use super::queries::{Of, Tie};
use crate::groups::separation as groups;
use people::relationships::conflicts;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// All arrangements by_clinician people who must not meet.
pub(super) fn found(tx: &mut Tx, scope: Of) -> Result<Vec<Tie>> {
    let mut by_clinician: BTreeMap<Id, Vec<Tie>> = BTreeMap::new();
    for arrangement in queries::ties(tx, scope)? {
        if let Some(clinician) = arrangement.clinician {
            by_clinician.entry(clinician).or_default().push(arrangement);
        }
    }
    let mut found = Vec::new();
    for (clinician, arrangements) in by_clinician {
        let mut people: Vec<Id> = arrangements.iter().map(|arrangement| arrangement.practitioner).collect();
        people.sort();
        people.dedup();
        let excluded = conflicts::excluded_from(tx, clinician, &people)?;
        found.extend(arrangements.into_iter().filter(|arrangement| excluded.contains(&arrangement.practitioner)));
    }
    let places = match scope {
        Of::Practitioner(practitioner) => groups::barred_of(tx, practitioner)?,
        Of::Clinician(clinician) => groups::barred_with(tx, clinician)?,
        Of::All => groups::barred(tx)?,
    };
    found.extend(places.into_iter().map(|place| Tie {
        what: ArrangementKind::GroupPlace,
        id: place.enrolment,
        practitioner: place.practitioner,
        clinician: place.facilitator,
        starts_at: None,
    }));
    found.sort_by_key(Tie::place);
    Ok(found)
}
