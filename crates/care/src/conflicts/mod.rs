//! Arrangements between a practitioner and a person they must not meet: appointments, group places, care and unsigned
//! documents. `people::relationships::conflicts` and the rules of groups decide who must not meet. This module finds their
//! arrangements, each time from the current data, so that it does not matter which change caused the conflict, and keeps a task for
//! each, which a coordinator takes and completes.

mod detection;
mod dto;
pub mod jobs;
mod messages;
pub mod model;
mod notifications;
mod queries;
mod routes;
mod rules;
mod store;

pub use notifications::KINDS;

use std::collections::BTreeSet;

use platform::http::operations::ServiceConfig;

use crate::groups::place_conflicts;
use crate::risk::notifications as alerts;
use crate::risk::queries as open_alerts;
use access::registration::reasons;
use detection::detect_conflicts;
use people::Role;
use people::relationships::access_rules::{AccessRule, Facts};
use people::relationships::conflict_handlers::{ConflictHandlers, ConflictingArrangement};
use people::relationships::model::ArrangementKind;
use people::relationships::{Basis, Purpose};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use queries::{Arrangement, ConflictScope, tasks};
use scheduling::booking;
use scheduling::clinicians;

/// What the crates below call when it changes who must not meet.
pub const CONFLICT_HOOKS: ConflictHandlers = ConflictHandlers {
    for_practitioner: practitioner_changed,
    for_staff: staff_changed,
    listed_in_directory: clinicians::queries::listed,
    tasks_about_places: tasks::about_places,
};

/// Coordinators know of practitioners with an open task, which is about something arranged with a person that they must not meet.
pub const ACCESS_RULES: &[AccessRule] = &[AccessRule {
    basis: Basis::ConflictTask,
    roles: &[Role::Coordinator],
    purposes: &[Purpose::Know, Purpose::Act, Purpose::AnswerAlert],
    // A task without an outcome is not done.
    facts: Facts::Sql("SELECT practitioner_id FROM conflict_tasks WHERE outcome IS NULL AND practitioner_id {practitioner}"),
}];

fn practitioner_changed(tx: &mut Tx, practitioner: Id) -> Result<Vec<ConflictingArrangement>> {
    booking::end_of_care::release_conflicting_holds(tx, practitioner)?;
    let found = detect_conflicts(tx, ConflictScope::Practitioner(practitioner))?;
    let opened = store::update_tasks(tx, practitioner, &found)?;
    if opened.is_empty() {
        // The last coordinator who could settle what was open may be the one who is blocked now.
        notifications::escalate_unreached(tx, practitioner)?;
    }
    // The places of other members are affected too.
    let mut others = place_conflicts::members_in_conflict(tx, practitioner)?;
    others.remove(&practitioner);
    store::update_tasks_of(tx, &others)?;
    alerts::escalate_unreachable_alerts(tx, practitioner)?;
    reasons::route_of(tx, practitioner)?;
    notify_about_alerts(tx, practitioner, &opened)?;
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

/// When a clinician who treated a practitioner no longer may, those who still see an open alert are informed of it again.
fn notify_about_alerts(tx: &mut Tx, practitioner: Id, opened: &[Arrangement]) -> Result<()> {
    let treated = |one: &Arrangement| matches!(one.kind, ArrangementKind::Appointment | ArrangementKind::LeadClinician);
    if opened.iter().any(treated) { alerts::notify_other_readers(tx, practitioner) } else { Ok(()) }
}

fn staff_changed(tx: &mut Tx, staff: Id) -> Result<()> {
    booking::end_of_care::release_conflicting_holds_with(tx, staff)?;
    let found = detect_conflicts(tx, ConflictScope::Clinician(staff))?;
    // This member of staff may have been the last who could settle a task or see an alert.
    let mut affected: BTreeSet<Id> = tasks::practitioners_with_open(tx)?.into_iter().collect();
    affected.extend(found.iter().map(|arrangement| arrangement.practitioner));
    for practitioner in affected {
        let own = detect_conflicts(tx, ConflictScope::Practitioner(practitioner))?;
        let opened = store::update_tasks(tx, practitioner, &own)?;
        if opened.is_empty() {
            notifications::escalate_unreached(tx, practitioner)?;
        }
        notify_about_alerts(tx, practitioner, &opened)?;
    }
    reasons::route_all(tx)?;
    let practitioners = open_alerts::practitioners_with_open_alert(tx)?;
    practitioners.into_iter().try_for_each(|practitioner| alerts::escalate_unreachable_alerts(tx, practitioner))
}

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_conflict_tasks).service(routes::take_conflict_task).service(routes::complete_conflict_task);
}
