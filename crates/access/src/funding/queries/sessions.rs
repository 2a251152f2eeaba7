//! SQL about the sessions booked on approvals: one row for each appointment, so that none is counted or released twice.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::funding::model::{FundedSession, FundingState};
use crate::schema::{funding_requests, funding_uses};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// An appointment that an approval pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = funding_uses)]
pub struct FundedSessionRecord {
    pub id: Id,
    /// The request with the approval.
    pub request_id: Id,
    pub appointment_id: Id,
    pub session: FundedSession,
    /// The price.
    pub pence: i32,
    /// When the appointment starts.
    pub starts_at: UtcTime,
    pub booked_at: UtcTime,
    pub called_off_at: Option<UtcTime>,
    /// When the session was released.
    pub given_back_at: Option<UtcTime>,
    /// When a coordinator confirmed the appointment.
    pub kept_at: Option<UtcTime>,
}

/// Books a session on an approval. The schema does not allow its limits to be exceeded.
pub fn insert(tx: &mut Tx, new: &FundedSessionRecord) -> Result<()> {
    diesel::update(funding_requests::table.find(new.request_id))
        .set((
            funding_requests::sessions_used.eq(funding_requests::sessions_used + 1),
            funding_requests::amount_used_pence.eq(funding_requests::amount_used_pence + new.pence),
        ))
        .execute(tx.conn)?;
    diesel::insert_into(funding_uses::table)
        .values((
            funding_uses::id.eq(new.id),
            funding_uses::request_id.eq(new.request_id),
            funding_uses::appointment_id.eq(new.appointment_id),
            funding_uses::session.eq(new.session),
            funding_uses::pence.eq(new.pence),
            funding_uses::starts_at.eq(new.starts_at),
            funding_uses::booked_at.eq(new.booked_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The session booked for an appointment, if an approval pays for it.
pub fn for_appointment(tx: &mut Tx, appointment: Id) -> Result<Option<FundedSessionRecord>> {
    let found = funding_uses::table.filter(funding_uses::appointment_id.eq(appointment)).select(FundedSessionRecord::as_select());
    Ok(found.get_result(tx.conn).optional()?)
}

/// The booked session with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<FundedSessionRecord>> {
    Ok(funding_uses::table.find(id).select(FundedSessionRecord::as_select()).get_result(tx.conn).optional()?)
}

/// The upcoming appointments booked on a request, earliest first, limited to the first hundred.
pub fn upcoming(tx: &mut Tx, request: Id) -> Result<Vec<FundedSessionRecord>> {
    Ok(funding_uses::table
        .filter(funding_uses::request_id.eq(request))
        .filter(funding_uses::called_off_at.is_null())
        .filter(funding_uses::starts_at.gt(tx.now))
        .order((funding_uses::starts_at, funding_uses::id))
        .limit(100)
        .select(FundedSessionRecord::as_select())
        .load(tx.conn)?)
}

/// Records that the appointment was moved.
pub fn move_to(tx: &mut Tx, id: Id, starts_at: UtcTime) -> Result<()> {
    diesel::update(funding_uses::table.find(id)).set(funding_uses::starts_at.eq(starts_at)).execute(tx.conn)?;
    Ok(())
}

/// Records that the appointment was cancelled; `release` says whether its session is released.
pub fn cancel(tx: &mut Tx, used: &FundedSessionRecord, release: bool) -> Result<()> {
    let active = funding_uses::table.find(used.id).filter(funding_uses::called_off_at.is_null());
    let set = (funding_uses::called_off_at.eq(Some(tx.now)), funding_uses::given_back_at.eq(release.then_some(tx.now)));
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
    diesel::update(funding_uses::table.find(id))
        .set((funding_uses::kept_at.eq(Some(tx.now)), funding_uses::kept_by.eq(Some(by))))
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
    let mut query = funding_uses::table
        .inner_join(funding_requests::table)
        .filter(funding_uses::starts_at.gt(tx.now))
        .filter(funding_uses::called_off_at.is_null())
        .filter(funding_uses::kept_at.is_null())
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
        let later = funding_uses::starts_at.gt(time).or(funding_uses::starts_at.eq(time).and(funding_uses::id.gt(id)));
        query = query.filter(funding_uses::starts_at.ge(time)).filter(later);
    }
    let rows: Vec<(FundedSessionRecord, Id, FundingState, Option<NaiveDate>)> =
        query.order((funding_uses::starts_at, funding_uses::id)).limit(limit).load(tx.conn)?;
    let row = |(used, practitioner, state, valid_until)| UnfundedSession { record: used, practitioner, state, valid_until };
    Ok(rows.into_iter().map(row).collect())
}
