//! SQL about funding requests. Their history, uses, areas, time limits and figures have files of their own.

pub mod areas;
pub mod due;
pub mod events;
pub mod figures;
pub mod sessions;

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::model::{Approval, FundingApplication, FundingState, Terms};
use crate::schema::funding_requests;
use people::relationships::{PermittedPractitioners, Protected};
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};

const DETAILS: &str = "funding_requests.details";

/// The states without an approval in which the commissioner has nothing more to do.
const ENDED: [FundingState; 3] = [FundingState::Declined, FundingState::Final, FundingState::Withdrawn];

#[derive(Queryable, Selectable)]
#[diesel(table_name = funding_requests)]
struct Row {
    id: Id,
    practitioner_id: Id,
    icb_code: Option<String>,
    state: FundingState,
    details: Vec<u8>,
    consented_at: Option<UtcTime>,
    submitted_at: Option<UtcTime>,
    sent_at: Option<UtcTime>,
    panel_on: Option<NaiveDate>,
    decided_at: Option<UtcTime>,
    sessions_limit: Option<i32>,
    sessions_used: i32,
    amount_limit_pence: Option<i32>,
    amount_used_pence: i32,
    valid_until: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    reminders_sent: i32,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// A request with its unsealed content.
#[derive(Debug, Clone)]
pub struct FundingRequest {
    pub id: Id,
    pub practitioner: Id,
    /// The board that is asked.
    pub icb_code: Option<String>,
    /// The state as stored.
    pub state: FundingState,
    /// Its content.
    pub application: FundingApplication,
    /// When the practitioner consented to sending it.
    pub consented_at: Option<UtcTime>,
    /// When it was submitted.
    pub submitted_at: Option<UtcTime>,
    /// When it was first sent to the commissioner.
    pub sent_at: Option<UtcTime>,
    /// The day the panel meets.
    pub panel_on: Option<NaiveDate>,
    /// When it was last decided.
    pub decided_at: Option<UtcTime>,
    /// The limits of the approval.
    pub terms: Terms,
    /// How many sessions are booked on it.
    pub sessions_used: i32,
    /// How much of the amount is used, in pence.
    pub amount_used: i32,
    /// When the next answer is due.
    pub due_on: Option<NaiveDate>,
    /// How many of the reminders of that were sent: `0` none, `1` the first, `2` all.
    pub reminders_sent: i32,
    pub version: i32,
    pub created_at: UtcTime,
    /// When it was last changed.
    pub updated_at: UtcTime,
}

/// The same as [`FundingRequest::counts_from`], in SQL.
pub const COUNTS_FROM: &str =
    "CASE funding_requests.state WHEN 'draft' THEN funding_requests.created_at ELSE funding_requests.updated_at END";

impl FundingRequest {
    /// From when the time counts for which the request is itself a reason to know of its practitioner: its last change. A draft counts
    /// from its creation, so that no one prolongs it by changing it.
    pub fn counts_from(&self) -> UtcTime {
        if self.state == FundingState::Draft { self.created_at } else { self.updated_at }
    }

    /// The part of the request that booking depends on.
    pub const fn approval(&self) -> Approval {
        Approval { state: self.state, terms: self.terms, sessions_used: self.sessions_used, amount_used: self.amount_used }
    }
}

fn unseal(sealer: &Sealer, row: Row) -> Result<FundingRequest> {
    Ok(FundingRequest {
        application: sealer.open_json(Place(DETAILS, row.id), &row.details)?,
        id: row.id,
        practitioner: row.practitioner_id,
        icb_code: row.icb_code,
        state: row.state,
        consented_at: row.consented_at,
        submitted_at: row.submitted_at,
        sent_at: row.sent_at,
        panel_on: row.panel_on,
        decided_at: row.decided_at,
        terms: Terms { sessions: row.sessions_limit, amount_pence: row.amount_limit_pence, valid_until: row.valid_until },
        sessions_used: row.sessions_used,
        amount_used: row.amount_used_pence,
        due_on: row.due_on,
        reminders_sent: row.reminders_sent,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The practitioner of a request.
pub fn practitioner_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(funding_requests::table.find(id).select(funding_requests::practitioner_id).get_result(tx.conn).optional()?)
}

/// The request with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<FundingRequest>>> {
    let row: Option<Row> = funding_requests::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| unseal(tx.sealer, row).map(protected)).transpose()
}

fn protected(request: FundingRequest) -> Protected<FundingRequest> {
    Protected::new(request.practitioner, request)
}

/// The request with this id, its row locked until the transaction ends: bookings on it are counted one after the other.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<Protected<FundingRequest>>> {
    platform::lock_row!(tx.conn, funding_requests, id)?;
    find(tx, id)
}

/// Filters of a list of requests.
#[derive(Debug, Clone, Default)]
pub struct FundingRequestFilter {
    /// Only requests of this practitioner.
    pub practitioner: Option<Id>,
    /// Leaves out the requests of these practitioners.
    pub hidden: Vec<Id>,
    /// Only requests of practitioners that the caller may know of.
    pub permitted: Option<PermittedPractitioners>,
    /// Only requests that were sent to one of these boards.
    pub sent_to: Option<Vec<String>>,
    /// Only requests that had not ended by then.
    pub not_ended_before: Option<UtcTime>,
    /// Only requests in this state.
    pub state: Option<FundingState>,
    /// Only requests created before this one.
    pub before: Option<Id>,
}

/// All requests of a practitioner, oldest first.
pub fn ids_for_practitioner(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let of_them = funding_requests::table.filter(funding_requests::practitioner_id.eq(practitioner));
    Ok(of_them.order(funding_requests::id).select(funding_requests::id).load(tx.conn)?)
}

/// The requests that match a filter, newest first. An approval whose last day has passed counts as expired.
pub fn list(
    tx: &mut Tx,
    filter: &FundingRequestFilter,
    today: NaiveDate,
    limit: i64,
) -> Result<Opened<Id, Protected<FundingRequest>>> {
    let mut query = funding_requests::table.select(Row::as_select()).into_boxed();
    if let Some(practitioner) = filter.practitioner {
        query = query.filter(funding_requests::practitioner_id.eq(practitioner));
    }
    if !filter.hidden.is_empty() {
        query = query.filter(funding_requests::practitioner_id.ne_all(filter.hidden.clone()));
    }
    if let Some(permitted) = &filter.permitted {
        query = query.filter(sql::<Bool>(&permitted.condition("funding_requests.practitioner_id")));
    }
    if let Some(boards) = &filter.sent_to {
        query = query.filter(funding_requests::icb_code.eq_any(boards.clone())).filter(funding_requests::sent_at.is_not_null());
    }
    if let Some(state) = filter.state {
        let passed = funding_requests::valid_until.lt(Some(today));
        query = match state {
            FundingState::Expired => {
                let over = funding_requests::state.eq_any([FundingState::Approved, FundingState::ApprovedLimited]);
                query.filter(funding_requests::state.eq(state).or(over.and(passed)))
            }
            FundingState::Approved | FundingState::ApprovedLimited => {
                let lasts = funding_requests::valid_until.is_null().or(funding_requests::valid_until.ge(Some(today)));
                query.filter(funding_requests::state.eq(state)).filter(lasts)
            }
            _ => query.filter(funding_requests::state.eq(state)),
        };
    }
    if let Some(since) = filter.not_ended_before {
        // As `rules::ended_before`.
        let ended = funding_requests::state.eq_any(ENDED).and(funding_requests::updated_at.lt(since));
        let paid = funding_requests::state.eq_any([FundingState::Approved, FundingState::ApprovedLimited, FundingState::Expired]);
        let last_day = funding_requests::valid_until
            .is_not_null()
            .and(funding_requests::valid_until.assume_not_null().lt(since.london_day()));
        query = query.filter(diesel::dsl::not(ended)).filter(diesel::dsl::not(paid.and(last_day)));
    }
    if let Some(before) = filter.before {
        query = query.filter(funding_requests::id.lt(before));
    }
    let rows: Vec<Row> = query.order(funding_requests::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, unseal(tx.sealer, row).map(protected))).collect())
}

/// The approvals of a practitioner, expired ones included.
pub fn approvals(tx: &mut Tx, practitioner: Id) -> Result<Vec<(Id, Approval)>> {
    const PAID: [FundingState; 3] = [FundingState::Approved, FundingState::ApprovedLimited, FundingState::Expired];
    type Columns = (Id, FundingState, Option<i32>, i32, Option<i32>, i32, Option<NaiveDate>);
    let rows: Vec<Columns> = funding_requests::table
        .filter(funding_requests::practitioner_id.eq(practitioner))
        .filter(funding_requests::state.eq_any(PAID))
        .order(funding_requests::id)
        .select((
            funding_requests::id,
            funding_requests::state,
            funding_requests::sessions_limit,
            funding_requests::sessions_used,
            funding_requests::amount_limit_pence,
            funding_requests::amount_used_pence,
            funding_requests::valid_until,
        ))
        .load(tx.conn)?;
    let approval = |(id, state, sessions, sessions_used, amount_pence, amount_used, valid_until): Columns| {
        (id, Approval { state, terms: Terms { sessions, amount_pence, valid_until }, sessions_used, amount_used })
    };
    Ok(rows.into_iter().map(approval).collect())
}

/// Updates a request, except what is booked on it. Its reminders start again.
///
/// # Errors
/// 409 when the practitioner has another request under way.
pub fn update(tx: &mut Tx, request: &FundingRequest) -> Result<()> {
    diesel::update(funding_requests::table.find(request.id))
        .set((
            funding_requests::icb_code.eq(&request.icb_code),
            funding_requests::state.eq(request.state),
            funding_requests::details.eq(tx.sealer.seal_json(Place(DETAILS, request.id), &request.application)?),
            funding_requests::consented_at.eq(request.consented_at),
            funding_requests::submitted_at.eq(request.submitted_at),
            funding_requests::sent_at.eq(request.sent_at),
            funding_requests::panel_on.eq(request.panel_on),
            funding_requests::decided_at.eq(request.decided_at),
            funding_requests::sessions_limit.eq(request.terms.sessions),
            funding_requests::amount_limit_pence.eq(request.terms.amount_pence),
            funding_requests::valid_until.eq(request.terms.valid_until),
            funding_requests::due_on.eq(request.due_on),
            funding_requests::reminders_sent.eq(0),
            funding_requests::version.eq(request.version + 1),
            funding_requests::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)
        .map_err(|error| {
            if violates(&error, "funding_requests_one_open|funding_requests.practitioner_id") {
                Reason::FundingRequestOpen.into()
            } else {
                Error::from(error)
            }
        })?;
    Ok(())
}
