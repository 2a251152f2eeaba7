//! Arrangements between a practitioner and a person they must not meet: appointments, group places, care and unsigned
//! documents. `people::relationships::conflicts` and the rules of groups decide who must not meet. This module finds their
//! arrangements, each time from the current data, so that it does not matter which change caused the conflict.

mod detection;
mod dto;
mod notifications;
mod queries;
mod routes;

pub use notifications::KINDS;

use std::collections::BTreeSet;

use platform::http::operations::ServiceConfig;

use crate::assessment::notifications as alerts;
use crate::assessment::queries::alerts as open_alerts;
use detection::detect_conflicts;
use people::relationships::conflict_handlers::{ConflictHandlers, ConflictingArrangement};
use people::relationships::model::ArrangementKind;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use queries::ConflictScope;
use scheduling::booking;
use scheduling::clinicians;

/// What the crates below call when it changes who must not meet.
pub const CONFLICT_HOOKS: ConflictHandlers = ConflictHandlers {
    for_practitioner: practitioner_changed,
    for_staff: staff_changed,
    listed_in_directory: clinicians::queries::listed,
};

fn practitioner_changed(tx: &mut Tx, practitioner: Id) -> Result<Vec<ConflictingArrangement>> {
    booking::end_of_care::release_conflicting_holds(tx, practitioner)?;
    let found = detect_conflicts(tx, ConflictScope::Practitioner(practitioner))?;
    if !found.is_empty() {
        notifications::notify_coordinators(tx, practitioner)?;
    }
    alerts::escalate_unreachable_alerts(tx, practitioner)?;
    // Other members of a group are confidential, so only conflicts with its facilitators are shown.
    let visible = found
        .into_iter()
        .filter(|arrangement| arrangement.kind != ArrangementKind::GroupPlace || arrangement.clinician.is_some());
    Ok(visible
        .map(|arrangement| ConflictingArrangement {
            what: arrangement.kind,
            id: arrangement.visible_id(),
            starts_at: arrangement.starts_at,
        })
        .collect())
}

fn staff_changed(tx: &mut Tx, staff: Id) -> Result<()> {
    booking::end_of_care::release_conflicting_holds_with(tx, staff)?;
    let affected: BTreeSet<Id> =
        detect_conflicts(tx, ConflictScope::Clinician(staff))?.into_iter().map(|arrangement| arrangement.practitioner).collect();
    for practitioner in affected {
        notifications::notify_coordinators(tx, practitioner)?;
    }
    // This member of staff may have been the last who could see an alert.
    let practitioners = open_alerts::practitioners_with_open_alert(tx)?;
    practitioners.into_iter().try_for_each(|practitioner| alerts::escalate_unreachable_alerts(tx, practitioner))
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_conflicts);
}
