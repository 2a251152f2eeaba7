//! Ends a practitioner's places in groups when their care ends.

use super::model::EnrolmentState;
use super::queries::{enrolments, groups};
use super::{notifications, places};
use people::relationships::Permit;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::outbox;
use scheduling::calendar::messages::{Change, ChangeKind};

/// Locks the groups in which a practitioner has or wants a place. Call this before the practitioner's row is locked: enrolling
/// locks in the same order.
///
/// # Errors
/// When the database fails.
pub fn lock_groups(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let mut all = enrolments::live_groups_of(tx, practitioner)?;
    all.sort();
    for group in all {
        groups::lock(tx, group)?;
    }
    Ok(())
}

/// Ends every place that a practitioner has, was offered or waits for, and offers it to the next person on the waiting list.
/// Returns how many.
///
/// # Errors
/// When the database fails.
pub fn end_places(tx: &mut Tx, permit: &Permit) -> Result<usize> {
    let practitioner = permit.practitioner();
    let by = permit.actor().id.ok_or_else(|| Error::internal("ending a place needs an actor"))?;
    let mut all = enrolments::live_groups_of(tx, practitioner)?;
    all.sort();
    for group in &all {
        groups::lock(tx, *group)?;
        let Some(enrolment) = enrolments::find_live(tx, *group, practitioner)? else { continue };
        let id = enrolment.id;
        places::end_enrolment(tx, enrolment, EnrolmentState::Removed, Some("Care has ended.".to_owned()))?;
        outbox::discard_waiting(tx, id)?;
        permit.record(tx, "group.removed", ("group_enrolment", Some(id)))?;
        notifications::notify_facilitators(tx, *group, by, Change::of(ChangeKind::Places, *group))?;
        places::refresh_offers(tx, *group)?;
    }
    Ok(all.len())
}
