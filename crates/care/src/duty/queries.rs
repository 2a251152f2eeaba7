//! SQL statements about the rota.

use diesel::prelude::*;

use super::model::DutyState;
use crate::schema::duty_periods;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// A period in which a clinician is on duty.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = duty_periods)]
pub struct DutyPeriod {
    pub id: Id,
    pub clinician_id: Id,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    /// Who proposed it.
    pub proposed_by: Id,
    pub confirmed_by: Option<Id>,
    pub confirmed_at: Option<UtcTime>,
    pub ended_by: Option<Id>,
    pub ended_at: Option<UtcTime>,
}

impl DutyPeriod {
    /// How far it is.
    pub const fn state(&self) -> DutyState {
        match (self.ended_at, self.confirmed_at) {
            (Some(_), _) => DutyState::Ended,
            (None, Some(_)) => DutyState::Approved,
            (None, None) => DutyState::Proposed,
        }
    }
}

/// Adds a period that waits to be approved; returns its id.
///
/// # Errors
/// `on_duty_already` when it overlaps another of this clinician that has not been ended.
pub fn insert(tx: &mut Tx, clinician: Id, (starts_at, ends_at): (UtcTime, UtcTime), proposed_by: Id) -> Result<Id> {
    let (id, now) = (Id::new(tx.now), tx.now);
    let inserted = tx.savepoint(|tx| {
        diesel::insert_into(duty_periods::table)
            .values((
                duty_periods::id.eq(id),
                duty_periods::clinician_id.eq(clinician),
                duty_periods::starts_at.eq(starts_at),
                duty_periods::ends_at.eq(ends_at),
                duty_periods::proposed_by.eq(proposed_by),
                duty_periods::created_at.eq(now),
            ))
            .execute(tx.conn)?;
        Ok(id)
    });
    inserted.map_err(|error: Error| if error.violates("duty_periods_no_overlap") { Reason::OnDutyAlready.into() } else { error })
}

/// Since when a clinician has been on duty, by a period that was approved and has not been ended: since its start, or its approval
/// if that was later. `None` for one who is not on duty now.
pub fn on_duty_since(tx: &mut Tx, clinician: Id) -> Result<Option<UtcTime>> {
    let current = duty_periods::table
        .filter(duty_periods::clinician_id.eq(clinician))
        .filter(duty_periods::starts_at.le(tx.now))
        .filter(duty_periods::ends_at.gt(tx.now))
        .filter(duty_periods::confirmed_at.is_not_null())
        .filter(duty_periods::ended_at.is_null());
    let times = current.select((duty_periods::starts_at, duty_periods::confirmed_at.assume_not_null()));
    let found: Option<(UtcTime, UtcTime)> = times.first(tx.conn).optional()?;
    Ok(found.map(|(starts_at, confirmed_at)| starts_at.max(confirmed_at)))
}

/// The clinicians with a period that was approved, has not been ended and is now.
pub fn on_duty_now(tx: &mut Tx) -> Result<Vec<Id>> {
    let current = duty_periods::table
        .filter(duty_periods::ends_at.gt(tx.now))
        .filter(duty_periods::starts_at.le(tx.now))
        .filter(duty_periods::confirmed_at.is_not_null())
        .filter(duty_periods::ended_at.is_null());
    Ok(current.select(duty_periods::clinician_id).distinct().order(duty_periods::clinician_id).load(tx.conn)?)
}

/// The period with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<DutyPeriod>> {
    Ok(duty_periods::table.find(id).select(DutyPeriod::as_select()).get_result(tx.conn).optional()?)
}

/// The same, its row locked until the transaction ends.
pub fn find_locked(tx: &mut Tx, id: Id) -> Result<Option<DutyPeriod>> {
    if platform::lock_row!(tx.conn, duty_periods, id)?.is_none() {
        return Ok(None);
    }
    find(tx, id)
}

/// The periods that are not over at a time, in the order in which they begin.
pub fn list(tx: &mut Tx, from: UtcTime, after: Option<(UtcTime, Id)>, limit: i64) -> Result<Vec<DutyPeriod>> {
    let mut query = duty_periods::table.filter(duty_periods::ends_at.gt(from)).select(DutyPeriod::as_select()).into_boxed();
    if let Some((time, id)) = after {
        let later = duty_periods::starts_at.gt(time).or(duty_periods::starts_at.eq(time).and(duty_periods::id.gt(id)));
        query = query.filter(duty_periods::starts_at.ge(time)).filter(later);
    }
    Ok(query.order((duty_periods::starts_at, duty_periods::id)).limit(limit).load(tx.conn)?)
}

/// Approves a period: from now on it counts.
pub fn approve(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(duty_periods::table.find(id))
        .set((duty_periods::confirmed_by.eq(Some(by)), duty_periods::confirmed_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a period before its time. The row stays, as evidence of who had access when.
pub fn end(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(duty_periods::table.find(id))
        .set((duty_periods::ended_by.eq(Some(by)), duty_periods::ended_at.eq(Some(tx.now))))
        .execute(tx.conn)?;
    Ok(())
}
