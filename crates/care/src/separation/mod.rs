//! Arrangements between a practitioner and a person they must not meet: appointments, group places, care and unsigned
//! documents. `people::relationships::conflicts` and the rules of groups decide who must not meet. This module finds their
//! arrangements, each time from the current data, so that it does not matter which change caused the conflict.

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

/// What the crates below call when it changes who must not meet.
pub const APART: Apart = Apart { of_practitioner, of_staff, listed: clinicians::queries::listed };

fn of_practitioner(tx: &mut Tx, practitioner: Id) -> Result<Vec<Affected>> {
    booking::ending::release_conflicting_holds(tx, practitioner)?;
    let found = found(tx, Of::Practitioner(practitioner))?;
    if !found.is_empty() {
        notices::look(tx, practitioner)?;
    }
    alerts::look_for_readers(tx, practitioner)?;
    // Other members of a group are confidential, so only conflicts with its facilitators are shown.
    let visible = found
        .into_iter()
        .filter(|arrangement| arrangement.what != ArrangementKind::GroupPlace || arrangement.clinician.is_some());
    Ok(visible
        .map(|arrangement| Affected { what: arrangement.what, id: arrangement.told_id(), starts_at: arrangement.starts_at })
        .collect())
}

fn of_staff(tx: &mut Tx, staff: Id) -> Result<()> {
    booking::ending::release_conflicting_holds_with(tx, staff)?;
    let affected: BTreeSet<Id> =
        found(tx, Of::Clinician(staff))?.into_iter().map(|arrangement| arrangement.practitioner).collect();
    for practitioner in affected {
        notices::look(tx, practitioner)?;
    }
    // This member of staff may have been the last who could see an alert.
    let practitioners = open_alerts::people_with_open(tx)?;
    practitioners.into_iter().try_for_each(|practitioner| alerts::look_for_readers(tx, practitioner))
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_conflicts);
}
