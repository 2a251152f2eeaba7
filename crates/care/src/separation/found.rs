//! What people have with someone they must not meet, found from the present.

use std::collections::BTreeMap;

use super::queries;
use super::queries::{Of, Tie};
use crate::groups::separation as groups;
use people::relationships::conflicts;
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Everything that people have with someone they must not meet.
pub(super) fn found(tx: &mut Tx, of: Of) -> Result<Vec<Tie>> {
    let mut between: BTreeMap<Id, Vec<Tie>> = BTreeMap::new();
    for tie in queries::ties(tx, of)? {
        if let Some(clinician) = tie.clinician {
            between.entry(clinician).or_default().push(tie);
        }
    }
    let mut found = Vec::new();
    for (clinician, ties) in between {
        let mut people: Vec<Id> = ties.iter().map(|tie| tie.practitioner).collect();
        people.sort();
        people.dedup();
        let excluded = conflicts::excluded_from(tx, clinician, &people)?;
        found.extend(ties.into_iter().filter(|tie| excluded.contains(&tie.practitioner)));
    }
    let places = match of {
        Of::Practitioner(practitioner) => groups::barred_of(tx, practitioner)?,
        Of::Clinician(clinician) => groups::barred_with(tx, clinician)?,
        Of::Everybody => groups::barred(tx)?,
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
