//! What becomes of appointments, groups and care that somebody has with a person whom they must not meet. Whether two must not
//! meet is said by `scheduling::clinicians::conflicts` and by the rules of groups; here is found what they have with each other,
//! each time from what is true then, so that it does not matter by which change it came about.

mod dto;
mod found;
mod notices;
mod queries;
mod routes;

pub use notices::KINDS;

use std::collections::BTreeSet;

use platform::http::operations::ServiceConfig;

use crate::assessment::notices as alerts;
use crate::assessment::queries::alerts as open_alerts;
use found::found;
use people::relationships::apart::{Affected, Apart};
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use queries::Of;
use scheduling::booking;
use scheduling::clinicians;

/// What the rooms below ask for when it changes who must not meet whom.
pub const APART: Apart = Apart { of_practitioner, of_staff, listed: clinicians::queries::listed };

fn of_practitioner(tx: &mut Tx, practitioner: Id) -> Result<Vec<Affected>> {
    booking::ending::release_conflicting_holds(tx, practitioner)?;
    let found = found(tx, Of::Practitioner(practitioner))?;
    if !found.is_empty() {
        notices::look(tx, practitioner)?;
    }
    alerts::look_for_readers(tx, practitioner)?;
    // Who else is in a group is nobody's to know: only those who lead it count here.
    let told = found.into_iter().filter(|tie| tie.what != ArrangementKind::GroupPlace || tie.clinician.is_some());
    Ok(told.map(|tie| Affected { what: tie.what, id: tie.told_id(), starts_at: tie.starts_at }).collect())
}

fn of_staff(tx: &mut Tx, staff: Id) -> Result<()> {
    booking::ending::release_conflicting_holds_with(tx, staff)?;
    let affected: BTreeSet<Id> = found(tx, Of::Clinician(staff))?.into_iter().map(|tie| tie.practitioner).collect();
    for practitioner in affected {
        notices::look(tx, practitioner)?;
    }
    // The member of staff may have been the last who could see to an alert.
    let waiting = open_alerts::people_with_open(tx)?;
    waiting.into_iter().try_for_each(|practitioner| alerts::look_for_readers(tx, practitioner))
}

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_conflicts);
}
