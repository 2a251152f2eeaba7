//! What a discharge asks about follow-ups, and their end with care.

use diesel::prelude::*;

use super::model::ClosedAs;
use super::queries::jobs;
use crate::schema::follow_ups;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::outbox;

/// The clinicians of a practitioner's open follow-ups, one for each follow-up.
///
/// # Errors
/// When the database fails.
pub fn open(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    Ok(follow_ups::table
        .filter(follow_ups::practitioner_id.eq(practitioner))
        .filter(follow_ups::closed_at.is_null())
        .order(follow_ups::id)
        .select(follow_ups::clinician_id)
        .load(tx.conn)?)
}

/// Closes every open follow-up of a practitioner and cancels its queued messages; returns how many. The caller must have locked
/// the practitioner's row.
///
/// # Errors
/// When the database fails.
pub fn close_all(tx: &mut Tx, practitioner: Id) -> Result<usize> {
    let open: Vec<(Id, Option<Id>)> = follow_ups::table
        .filter(follow_ups::practitioner_id.eq(practitioner))
        .filter(follow_ups::closed_at.is_null())
        .order(follow_ups::id)
        .select((follow_ups::id, follow_ups::appointment_id))
        .load(tx.conn)?;
    for (id, appointment) in &open {
        jobs::close(tx, *id, ClosedAs::CareEnded, *appointment)?;
        outbox::discard_waiting(tx, *id)?;
    }
    Ok(open.len())
}
