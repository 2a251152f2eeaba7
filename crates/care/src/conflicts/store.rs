//! Opens and closes conflict tasks, so that there is one for each arrangement between two people who must be kept apart. It
//! compares the tasks with the current data; it does not matter which change caused or ended a conflict.

use std::collections::{BTreeMap, BTreeSet};

use super::detection::detect_conflicts;
use super::model::{ConflictOutcome, ConflictTask};
use super::queries::tasks;
use super::queries::{self, Arrangement, ConflictScope};
use super::{notifications, rules};
use crate::groups::place_conflicts;
use people::relationships::model::ArrangementKind;
use people::relationships::{Permit, Protected, conflicts, episodes};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use reference::workforce::bank_holidays_or_shipped;
use scheduling::booking::model::AppointmentState;
use scheduling::booking::queries::appointments;

/// Opens and closes the tasks about one practitioner, whose conflicts these are; tells who must know. Returns the arrangements for
/// which a task was opened.
pub fn update_tasks(tx: &mut Tx, practitioner: Id, found: &[Arrangement]) -> Result<Vec<Arrangement>> {
    let open = tasks::open_of(tx, practitioner)?;
    let same = |task: &ConflictTask, one: &Arrangement| task.kind == one.kind && task.arrangement == one.id;
    for task in &open {
        match found.iter().find(|one| same(task, one)) {
            None => close_by_itself(tx, task)?,
            Some(one) if (task.clinician, task.starts_at) != (one.clinician, one.starts_at) => {
                let due_at = due_at(tx, one, task.opened_at)?;
                tasks::change(tx, task.id, one.clinician, one.starts_at, due_at)?;
            }
            Some(_) => {}
        }
    }
    let mut opened = Vec::new();
    for one in found.iter().filter(|one| !open.iter().any(|task| same(task, one))) {
        if !tasks::is_kept_apart(tx, one.id)? {
            open_task(tx, one)?;
            opened.push(*one);
        }
    }
    if !opened.is_empty() {
        notifications::notify_coordinators(tx, practitioner)?;
        notifications::escalate_unreached(tx, practitioner)?;
    }
    Ok(opened)
}

/// An open task about a practitioner, by which a log can name them.
pub fn first_task_of(tx: &mut Tx, practitioner: Id) -> Result<Option<Id>> {
    Ok(tasks::open_of(tx, practitioner)?.first().map(|task| task.id))
}

/// The same for every practitioner who has a conflict or an open task.
pub fn update_all_tasks(tx: &mut Tx) -> Result<()> {
    for (practitioner, found) in arrangements_of_all(tx)? {
        update_tasks(tx, practitioner, &found)?;
    }
    Ok(())
}

/// Every practitioner who has a conflict or an open task, with their conflicts.
pub fn arrangements_of_all(tx: &mut Tx) -> Result<BTreeMap<Id, Vec<Arrangement>>> {
    let found = detect_conflicts(tx, ConflictScope::All)?;
    let mut all: BTreeMap<Id, Vec<Arrangement>> =
        tasks::practitioners_with_open(tx)?.into_iter().map(|practitioner| (practitioner, Vec::new())).collect();
    for one in found {
        all.entry(one.practitioner).or_default().push(one);
    }
    Ok(all)
}

/// The same for these practitioners.
pub fn update_tasks_of(tx: &mut Tx, practitioners: &BTreeSet<Id>) -> Result<()> {
    for practitioner in practitioners {
        let found = detect_conflicts(tx, ConflictScope::Practitioner(*practitioner))?;
        update_tasks(tx, *practitioner, &found)?;
    }
    Ok(())
}

fn due_at(tx: &mut Tx, one: &Arrangement, opened_at: UtcTime) -> Result<UtcTime> {
    let holidays = bank_holidays_or_shipped(tx)?;
    Ok(rules::due_at(one.starts_at.map(UtcTime::get), opened_at.get(), &holidays).into())
}

fn open_task(tx: &mut Tx, one: &Arrangement) -> Result<()> {
    let due_at = due_at(tx, one, tx.now)?;
    let task = ConflictTask {
        id: Id::new(tx.now),
        kind: one.kind,
        arrangement: one.id,
        practitioner: one.practitioner,
        clinician: one.clinician,
        starts_at: one.starts_at,
        opened_at: tx.now,
        due_at,
        taken_by: None,
        taken_at: None,
        done_at: None,
        done_by: None,
        outcome: None,
    };
    tasks::insert(tx, &task)?;
    Permit::for_the_service(task.practitioner).record(tx, "conflict_task.opened", ("conflict_task", Some(task.id)))
}

/// Closes a task whose two people no longer share the arrangement, or may meet again.
fn close_by_itself(tx: &mut Tx, task: &ConflictTask) -> Result<()> {
    let outcome = outcome_by_itself(tx, task)?;
    tasks::close(tx, task, None, outcome)?;
    Permit::for_the_service(task.practitioner).record(tx, "conflict_task.closed", ("conflict_task", Some(task.id)))?;
    notifications::notify_settled(tx, task, outcome)
}

fn outcome_by_itself(tx: &mut Tx, task: &ConflictTask) -> Result<ConflictOutcome> {
    let over = match (task.kind, task.clinician) {
        (ArrangementKind::GroupPlace, _) => !place_conflicts::is_live(tx, task.arrangement)?,
        (_, Some(clinician)) => conflicts::are_in_conflict(tx, task.practitioner, clinician)?,
        (_, None) => true,
    };
    if !over {
        return Ok(ConflictOutcome::NoLongerInConflict);
    }
    let is_another = |clinician: Option<Id>| clinician.is_some_and(|clinician| Some(clinician) != task.clinician);
    Ok(match task.kind {
        ArrangementKind::Appointment => match appointments::find(tx, task.arrangement)?.map(Protected::for_the_service) {
            Some(open) if open.facts.status == AppointmentState::Cancelled => ConflictOutcome::CancelledWithPractitioner,
            Some(open) if is_another(Some(open.clinician)) => ConflictOutcome::Rebooked,
            _ => ConflictOutcome::ArrangementOver,
        },
        ArrangementKind::LeadClinician if is_another(episodes::current_lead(tx, task.practitioner)?) => ConflictOutcome::NewLead,
        ArrangementKind::FollowUp if is_another(queries::clinician_of_open_follow_up(tx, task.arrangement)?) => {
            ConflictOutcome::Rebooked
        }
        _ => ConflictOutcome::ArrangementOver,
    })
}
