//! What ends of a practitioner's places in groups when their care ends.

use super::model::EnrolmentState;
use super::queries::{enrolments, groups};
use super::{notices, places};
use platform::Tx;
use platform::audit;
use platform::audit::Actor;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::outbox;
use scheduling::calendar::messages::{Change, Changed};

/// Locks the groups in which a practitioner has or wants a place. To be called before the practitioner's row is locked: whoever
/// enrols them keeps this order.
///
/// # Errors
/// When the database refuses.
pub fn lock_groups_of(tx: &mut Tx, practitioner: Id) -> Result<()> {
    let mut all = enrolments::live_groups_of(tx, practitioner)?;
    all.sort();
    for group in all {
        groups::lock(tx, group)?;
    }
    Ok(())
}

/// Ends every place that a practitioner has, was offered or waits for, and offers each to the next. Returns how many.
///
/// # Errors
/// When the database refuses.
pub fn end_places(tx: &mut Tx, practitioner: Id, actor: Actor) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody ends a place"))?;
    let mut all = enrolments::live_groups_of(tx, practitioner)?;
    all.sort();
    for group in &all {
        groups::lock(tx, *group)?;
        let Some(kept) = enrolments::live_of(tx, *group, practitioner)? else { continue };
        let id = kept.id;
        places::finish(tx, kept, EnrolmentState::Removed, Some("Care has ended.".to_owned()))?;
        outbox::drop_waiting(tx, id)?;
        audit::record(tx, actor, "group.removed", ("group_enrolment", Some(id)))?;
        notices::to_facilitators(tx, *group, by, Change::of(Changed::Places, *group))?;
        places::settle_offers(tx, *group)?;
    }
    Ok(all.len())
}
