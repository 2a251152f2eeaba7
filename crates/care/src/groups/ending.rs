//! What ends of a practitioner's places in groups when their care ends.

use super::model::EnrolmentState;
use super::queries::{enrolments, groups};
use super::{notices, places};
use platform::Platform;
use platform::audit;
use platform::audit::Actor;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::outbox;
use scheduling::calendar::messages::{Change, Changed};

/// Locks the groups in which a practitioner has or wants a place. To be called before the practitioner's row is locked: whoever
/// enrols them keeps this order.
///
/// # Errors
/// When the database refuses.
pub fn lock_groups_of(conn: &mut Conn, practitioner: Id) -> Result<()> {
    let mut all = enrolments::live_groups_of(conn, practitioner)?;
    all.sort();
    for group in all {
        groups::lock(conn, group)?;
    }
    Ok(())
}

/// Ends every place that a practitioner has, was offered or waits for, and offers each to the next. Returns how many.
///
/// # Errors
/// When the database refuses.
pub fn end_places(conn: &mut Conn, platform: &Platform, practitioner: Id, actor: Actor, now: UtcTime) -> Result<usize> {
    let by = actor.id.ok_or_else(|| Error::internal("nobody ends a place"))?;
    let mut all = enrolments::live_groups_of(conn, practitioner)?;
    all.sort();
    for group in &all {
        groups::lock(conn, *group)?;
        let Some(kept) = enrolments::live_of(conn, &platform.sealer, *group, practitioner)? else { continue };
        let id = kept.id;
        places::finish(conn, platform, kept, EnrolmentState::Removed, Some("Care has ended.".to_owned()), now)?;
        outbox::drop_waiting(conn, id, now)?;
        audit::record(conn, actor, "group.removed", ("group_enrolment", Some(id)), now)?;
        notices::to_facilitators(conn, *group, by, Change::of(Changed::Places, *group), now)?;
        places::settle_offers(conn, platform, *group, now)?;
    }
    Ok(all.len())
}
