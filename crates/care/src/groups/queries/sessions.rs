//! The sessions of groups.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::groups::model::{EnrolmentState, GroupRecordType, GroupSessionState};
use crate::schema::{group_enrolments, group_facilitators, group_sessions};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};
use scheduling::calendar::model::PlannedSlot;

const REASON: &str = "group_sessions.reason";

#[derive(Queryable, Selectable)]
#[diesel(table_name = group_sessions)]
struct Row {
    id: Id,
    group_id: Id,
    record_type: GroupRecordType,
    planned_on: NaiveDate,
    starts_at: UtcTime,
    ends_at: UtcTime,
    state: GroupSessionState,
    moved: bool,
    reason: Option<Vec<u8>>,
    head_count: Option<i32>,
    recorded_at: Option<UtcTime>,
    version: i32,
}

/// A session, decrypted.
#[derive(Debug, Clone)]
pub struct GroupSession {
    pub id: Id,
    pub group: Id,
    /// Notes for each member, or a head count.
    pub record_type: GroupRecordType,
    /// The day on which the series planned it.
    pub planned_on: NaiveDate,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub state: GroupSessionState,
    /// Whether it was moved.
    pub moved: bool,
    /// Why it was moved or cancelled, for members.
    pub reason: Option<String>,
    /// How many people took part, where a head count is recorded.
    pub head_count: Option<u16>,
    /// When attendance was first recorded.
    pub recorded_at: Option<UtcTime>,
    pub version: i32,
}

fn unseal(sealer: &Sealer, row: Row) -> Result<GroupSession> {
    Ok(GroupSession {
        id: row.id,
        group: row.group_id,
        record_type: row.record_type,
        planned_on: row.planned_on,
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        state: row.state,
        moved: row.moved,
        reason: row.reason.map(|reason| sealer.open_text(Place(REASON, row.id), &reason)).transpose()?,
        head_count: row.head_count.and_then(|count| u16::try_from(count).ok()),
        recorded_at: row.recorded_at,
        version: row.version,
    })
}

/// Stores new sessions of a group; returns their ids with their times.
pub fn add(
    tx: &mut Tx,
    group: Id,
    record_type: GroupRecordType,
    planned: &[(NaiveDate, PlannedSlot)],
) -> Result<Vec<(Id, PlannedSlot)>> {
    let mut added = Vec::new();
    for (day, slot) in planned {
        let id = Id::new(tx.now);
        diesel::insert_into(group_sessions::table)
            .values((
                group_sessions::id.eq(id),
                group_sessions::group_id.eq(group),
                group_sessions::record_type.eq(record_type),
                group_sessions::planned_on.eq(day),
                group_sessions::starts_at.eq(UtcTime::from(slot.starts_at)),
                group_sessions::ends_at.eq(UtcTime::from(slot.ends_at)),
                group_sessions::state.eq(GroupSessionState::Planned),
                group_sessions::moved.eq(false),
                group_sessions::version.eq(1),
                group_sessions::created_at.eq(tx.now),
                group_sessions::updated_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        added.push((id, *slot));
    }
    Ok(added)
}

/// The session with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<GroupSession>> {
    let row = group_sessions::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row)).transpose()
}

/// The group of a session.
pub fn group_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(group_sessions::table.find(id).select(group_sessions::group_id).get_result(tx.conn).optional()?)
}

/// A group's sessions that start after `from`, in order.
pub fn upcoming(tx: &mut Tx, group: Id, from: UtcTime) -> Result<Vec<GroupSession>> {
    let rows: Vec<Row> = group_sessions::table
        .filter(group_sessions::group_id.eq(group))
        .filter(group_sessions::starts_at.gt(from))
        .order((group_sessions::starts_at, group_sessions::id))
        .select(Row::as_select())
        .load(tx.conn)?;
    rows.into_iter().map(|row| unseal(tx.sealer, row)).collect()
}

/// The days of a group's series whose sessions have started.
pub fn begun_days(tx: &mut Tx, group: Id) -> Result<Vec<NaiveDate>> {
    Ok(group_sessions::table
        .filter(group_sessions::group_id.eq(group))
        .filter(group_sessions::starts_at.le(tx.now))
        .select(group_sessions::planned_on)
        .load(tx.conn)?)
}

/// When the first few sessions that take place start, in order.
pub fn first_starts(tx: &mut Tx, group: Id, limit: i64) -> Result<Vec<UtcTime>> {
    Ok(group_sessions::table
        .filter(group_sessions::group_id.eq(group))
        .filter(group_sessions::state.eq(GroupSessionState::Planned))
        .order((group_sessions::starts_at, group_sessions::id))
        .select(group_sessions::starts_at)
        .limit(limit)
        .load(tx.conn)?)
}

/// When the next session of a group starts.
pub fn next_start(tx: &mut Tx, group: Id) -> Result<Option<UtcTime>> {
    Ok(group_sessions::table
        .filter(group_sessions::group_id.eq(group))
        .filter(group_sessions::starts_at.gt(tx.now))
        .filter(group_sessions::state.eq(GroupSessionState::Planned))
        .order((group_sessions::starts_at, group_sessions::id))
        .select(group_sessions::starts_at)
        .limit(1)
        .get_result(tx.conn)
        .optional()?)
}

/// Deletes sessions that have not started.
pub fn delete(tx: &mut Tx, ids: &[Id]) -> Result<()> {
    for ids in ids.chunks(500) {
        diesel::delete(group_sessions::table.filter(group_sessions::id.eq_any(ids.to_vec()))).execute(tx.conn)?;
    }
    Ok(())
}

/// Moves a session.
pub fn move_to(tx: &mut Tx, id: Id, times: (UtcTime, UtcTime), reason: Option<&str>) -> Result<()> {
    let reason = reason.map(|reason| tx.sealer.seal_text(Place(REASON, id), reason)).transpose()?;
    diesel::update(group_sessions::table.find(id))
        .set((
            group_sessions::starts_at.eq(times.0),
            group_sessions::ends_at.eq(times.1),
            group_sessions::moved.eq(true),
            group_sessions::reason.eq(reason),
            group_sessions::updated_at.eq(tx.now),
            group_sessions::version.eq(group_sessions::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Cancels a session.
pub fn cancel(tx: &mut Tx, id: Id, reason: Option<&str>) -> Result<()> {
    let reason = reason.map(|reason| tx.sealer.seal_text(Place(REASON, id), reason)).transpose()?;
    diesel::update(group_sessions::table.find(id))
        .set((
            group_sessions::state.eq(GroupSessionState::Cancelled),
            group_sessions::reason.eq(reason),
            group_sessions::updated_at.eq(tx.now),
            group_sessions::version.eq(group_sessions::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores who recorded a session and when, and how many people took part where a head count is recorded.
pub fn set_recorded(tx: &mut Tx, session: &GroupSession, head_count: Option<u16>, by: Id) -> Result<()> {
    diesel::update(group_sessions::table.find(session.id))
        .set((
            group_sessions::head_count.eq(head_count.map(i32::from)),
            group_sessions::recorded_by.eq(Some(by)),
            group_sessions::recorded_at.eq(Some(session.recorded_at.unwrap_or(tx.now))),
            group_sessions::updated_at.eq(tx.now),
            group_sessions::version.eq(group_sessions::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Filters of sessions.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only of this group.
    pub group: Option<Id>,
    /// Only of groups that this clinician facilitates.
    pub facilitator: Option<Id>,
    /// Only of groups that this practitioner is a member of.
    pub member: Option<Id>,
    /// Only those that start at this time or later.
    pub from: Option<UtcTime>,
    /// Only those that start before this time.
    pub to: Option<UtcTime>,
    /// Only those that follow this one, by start and id.
    pub after: Option<(UtcTime, Id)>,
}

/// Sessions, the earliest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<(UtcTime, Id), GroupSession>> {
    let mut query = group_sessions::table.select(Row::as_select()).into_boxed();
    if let Some(group) = filter.group {
        query = query.filter(group_sessions::group_id.eq(group));
    }
    if let Some(clinician) = filter.facilitator {
        let led = group_facilitators::table.filter(group_facilitators::clinician_id.eq(clinician));
        query = query.filter(group_sessions::group_id.eq_any(led.select(group_facilitators::group_id)));
    }
    if let Some(practitioner) = filter.member {
        let own = group_enrolments::table
            .filter(group_enrolments::practitioner_id.eq(Some(practitioner)))
            .filter(group_enrolments::state.eq(EnrolmentState::Enrolled));
        query = query.filter(group_sessions::group_id.eq_any(own.select(group_enrolments::group_id)));
    }
    if let Some(from) = filter.from {
        query = query.filter(group_sessions::starts_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(group_sessions::starts_at.lt(to));
    }
    if let Some((starts_at, id)) = filter.after {
        let later = group_sessions::starts_at.gt(starts_at);
        query = query.filter(later.or(group_sessions::starts_at.eq(starts_at).and(group_sessions::id.gt(id))));
    }
    let rows: Vec<Row> = query.order((group_sessions::starts_at, group_sessions::id)).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| ((row.starts_at, row.id), unseal(tx.sealer, row))).collect())
}
