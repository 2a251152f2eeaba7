//! Database queries of the background job.

use diesel::prelude::*;

use super::{FollowUp, contacts};
use crate::follow_ups::model::{ClosedAs, MessageFacts};
use crate::schema::follow_ups;
use people::accounts::queries as accounts;
use people::relationships::conflicts;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use scheduling::clinicians::queries as directory;

/// The follow-ups to check now, the longest waiting first.
pub fn due(tx: &mut Tx, limit: i64) -> Result<Vec<Id>> {
    Ok(follow_ups::table
        .filter(follow_ups::next_step_at.le(Some(tx.now)))
        .order((follow_ups::next_step_at, follow_ups::id))
        .select(follow_ups::id)
        .limit(limit)
        .load(tx.conn)?)
}

/// Whether a follow-up is still to be checked now. Call it after locking the practitioner: another instance may just have
/// checked it.
pub fn is_due(tx: &mut Tx, id: Id) -> Result<bool> {
    let next_step_at: Option<Option<UtcTime>> =
        follow_ups::table.find(id).select(follow_ups::next_step_at).get_result(tx.conn).optional()?;
    Ok(next_step_at.flatten().is_some_and(|next_step_at| next_step_at <= tx.now))
}

/// What sending messages about a follow-up depends on.
pub fn message_facts(tx: &mut Tx, one: &FollowUp) -> Result<MessageFacts> {
    let row = &one.row;
    let active = accounts::find(tx, row.practitioner_id)?.is_some_and(|open| open.account.active);
    Ok(MessageFacts {
        reminded: row.reminded_at.is_some(),
        chase_count: u32::try_from(row.chase_count).unwrap_or_default(),
        last_chased_on: row.last_chased_at.map(UtcTime::london_day),
        last_contact: contacts::latest(tx, &[row.id])?.remove(&row.id).map(|(at, outcome)| (at.london_day(), outcome)),
        message_useful: active && can_be_booked(tx, row.practitioner_id, row.clinician_id)?,
        call_requested: row.call_due_at.is_some(),
    })
}

/// Whether a practitioner can book this clinician at all: the directory lists the clinician, and the two have no conflict.
pub fn can_be_booked(tx: &mut Tx, practitioner: Id, clinician: Id) -> Result<bool> {
    Ok(directory::can_be_found(tx, clinician)? && !conflicts::are_in_conflict(tx, practitioner, clinician)?)
}

/// Records that the practitioner was reminded.
pub fn record_reminder(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(follow_ups::table.find(id)).set(follow_ups::reminded_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Records that an overdue reminder was sent.
pub fn record_chase(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(follow_ups::table.find(id))
        .set((follow_ups::chase_count.eq(follow_ups::chase_count + 1), follow_ups::last_chased_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Asks staff to call.
pub fn request_call(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(follow_ups::table.find(id)).set(follow_ups::call_due_at.eq(Some(tx.now))).execute(tx.conn)?;
    Ok(())
}

/// Closes a follow-up with the appointment that fulfils it.
pub fn close(tx: &mut Tx, id: Id, closed_as: ClosedAs, appointment: Option<Id>) -> Result<()> {
    diesel::update(follow_ups::table.find(id))
        .set((
            follow_ups::closed_at.eq(Some(tx.now)),
            follow_ups::closed_as.eq(Some(closed_as)),
            follow_ups::appointment_id.eq(appointment),
            follow_ups::next_step_at.eq(None::<UtcTime>),
            follow_ups::version.eq(follow_ups::version + 1),
            follow_ups::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Sets when the background job checks it next.
pub fn set_next_check(tx: &mut Tx, id: Id, at: UtcTime) -> Result<()> {
    diesel::update(follow_ups::table.find(id)).set(follow_ups::next_step_at.eq(Some(at))).execute(tx.conn)?;
    Ok(())
}
