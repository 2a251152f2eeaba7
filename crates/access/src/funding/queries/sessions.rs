//! SQL about the sessions booked on approvals: one row for each appointment, so that none is counted or released twice.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::funding::model::{AppointmentKind, FundingState};
use crate::schema::{funded_sessions, funding_requests};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// An appointment that an approval pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = funded_sessions)]
pub struct FundedSessionRecord {
    pub id: Id,
    /// The request with the approval.
    pub request_id: Id,
    pub appointment_id: Id,
    pub session: AppointmentKind,
    /// The price.
    pub pence: i32,
    /// When the appointment starts.
    pub starts_at: UtcTime,
    pub booked_at: UtcTime,
    pub cancelled_at: Option<UtcTime>,
    /// When the session was released.
    pub released_at: Option<UtcTime>,
    /// When a coordinator confirmed the appointment.
    pub confirmed_at: Option<UtcTime>,
}

/// Books a session on an approval. The schema does not allow its limits to be exceeded.
pub fn insert(tx: &mut Tx, new: &FundedSessionRecord) -> Result<()> {
    diesel::update(funding_requests::table.find(new.request_id))
        .set((
            funding_requests::sessions_used.eq(funding_requests::sessions_used + 1),
            funding_requests::amount_used_pence.eq(funding_requests::amount_used_pence + new.pence),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(funded_sessions::table)
        .values((
            funded_sessions::id.eq(new.id),
            funded_sessions::request_id.eq(new.request_id),
            funded_sessions::appointment_id.eq(new.appointment_id),
            funded_sessions::session.eq(new.session),
            funded_sessions::pence.eq(new.pence),
            funded_sessions::starts_at.eq(new.starts_at),
            funded_sessions::booked_at.eq(new.booked_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The session booked for an appointment, if an approval pays for it.
pub fn for_appointment(tx: &mut Tx, appointment: Id) -> Result<Option<FundedSessionRecord>> {
    let found =
        funded_sessions::table.filter(funded_sessions::appointment_id.eq(appointment)).select(FundedSessionRecord::as_select());
    Ok(found.get_result(tx.conn).optional()?)
}

/// The booked session with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<FundedSessionRecord>> {
    Ok(funded_sessions::table.find(id).select(FundedSessionRecord::as_select()).get_result(tx.conn).optional()?)
}

/// The upcoming appointments booked on a request, earliest first, limited to the first hundred.
pub fn upcoming(tx: &mut Tx, request: Id) -> Result<Vec<FundedSessionRecord>> {
    Ok(funded_sessions::table
        .filter(funded_sessions::request_id.eq(request))
        .filter(funded_sessions::cancelled_at.is_null())
        .filter(funded_sessions::starts_at.gt(tx.now))
        .order((funded_sessions::starts_at, funded_sessions::id))
        .limit(100)
        .select(FundedSessionRecord::as_select())
        .load(tx.conn)?)
}

/// Records that the appointment was moved.
pub fn move_to(tx: &mut Tx, id: Id, starts_at: UtcTime) -> Result<()> {
    diesel::update(funded_sessions::table.find(id)).set(funded_sessions::starts_at.eq(starts_at)).execute(tx.conn)?;
    Ok(())
}

/// Records that the appointment was cancelled; `release` says whether its session is released.
pub fn cancel(tx: &mut Tx, used: &FundedSessionRecord, release: bool) -> Result<()> {
    let active = funded_sessions::table.find(used.id).filter(funded_sessions::cancelled_at.is_null());
    let set = (funded_sessions::cancelled_at.eq(Some(tx.now)), funded_sessions::released_at.eq(release.then_some(tx.now)));
    if diesel::update(active).set(set).execute(tx.conn)? == 0 || !release {
        return Ok(());
    }
    diesel::update(funding_requests::table.find(used.request_id))
        .set((
            funding_requests::sessions_used.eq(funding_requests::sessions_used - 1),
            funding_requests::amount_used_pence.eq(funding_requests::amount_used_pence - used.pence),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Records that a coordinator confirmed the appointment.
pub fn confirm(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(funded_sessions::table.find(id))
        .set((funded_sessions::confirmed_at.eq(Some(tx.now)), funded_sessions::confirmed_by.eq(Some(by))))
        .execute(tx.conn)?;
    Ok(())
}

/// An appointment whose funding has ended.
#[derive(Debug, Clone)]
pub struct UnfundedSession {
    pub record: FundedSessionRecord,
    pub practitioner: Id,
    /// The state of the request as stored.
    pub state: FundingState,
    /// The last day of the approval.
    pub valid_until: Option<NaiveDate>,
}

/// The upcoming appointments whose approval has ended and that no one has decided about yet, earliest first.
pub fn unfunded(
    tx: &mut Tx,
    hidden: Vec<Id>,
    after: Option<(UtcTime, Id)>,
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<UnfundedSession>> {
    let ended = funding_requests::state
        .ne_all([FundingState::Approved, FundingState::ApprovedLimited])
        .or(funding_requests::valid_until.is_not_null().and(funding_requests::valid_until.lt(Some(today))));
    let mut query = funded_sessions::table
        .inner_join(funding_requests::table)
        .filter(funded_sessions::starts_at.gt(tx.now))
        .filter(funded_sessions::cancelled_at.is_null())
        .filter(funded_sessions::confirmed_at.is_null())
        .filter(ended)
        .select((
            FundedSessionRecord::as_select(),
            funding_requests::practitioner_id,
            funding_requests::state,
            funding_requests::valid_until,
        ))
        .into_boxed();
    if !hidden.is_empty() {
        query = query.filter(funding_requests::practitioner_id.ne_all(hidden));
    }
    if let Some((time, id)) = after {
        let later = funded_sessions::starts_at.gt(time).or(funded_sessions::starts_at.eq(time).and(funded_sessions::id.gt(id)));
        query = query.filter(funded_sessions::starts_at.ge(time)).filter(later);
    }
    let rows: Vec<(FundedSessionRecord, Id, FundingState, Option<NaiveDate>)> =
        query.order((funded_sessions::starts_at, funded_sessions::id)).limit(limit).load(tx.conn)?;
    let row = |(used, practitioner, state, valid_until)| UnfundedSession { record: used, practitioner, state, valid_until };
    Ok(rows.into_iter().map(row).collect())
}
