//! The statements about requests for team sessions.

use diesel::prelude::*;

use crate::outreach::model::{TeamRequestDetails, TeamRequestState};
use crate::schema::outreach_team_requests;
use crate::schema::outreach_team_requests as team_requests;
use crate::schema::outreach_team_requests::dsl;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer};

const DETAILS: &str = "outreach_team_requests.details";

/// A team's request as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = team_requests)]
pub struct TeamRequest {
    pub id: Id,
    /// The campaign.
    pub campaign_id: Id,
    pub state: TeamRequestState,
    /// What the lead entered, sealed; empty once the request is completed.
    pub details: Vec<u8>,
    /// The coordinator who took it.
    pub taken_by: Option<Id>,
    /// When it was taken.
    pub taken_at: Option<UtcTime>,
    pub done_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

impl TeamRequest {
    /// What the lead entered; none once the request is completed.
    pub fn open_details(&self, sealer: &Sealer) -> Result<Option<TeamRequestDetails>> {
        if self.details.is_empty() {
            return Ok(None);
        }
        sealer.open_json(Place(DETAILS, self.id), &self.details).map(Some)
    }
}

/// Stores a team lead's request for a session.
pub fn insert(tx: &mut Tx, campaign: Id, request: &TeamRequestDetails) -> Result<Id> {
    let id = Id::new(tx.now);
    diesel::insert_into(dsl::outreach_team_requests)
        .values((
            dsl::id.eq(id),
            dsl::campaign_id.eq(campaign),
            dsl::state.eq(TeamRequestState::Open),
            dsl::details.eq(tx.sealer.seal_json(Place(DETAILS, id), request)?),
            dsl::version.eq(1),
            dsl::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The request with this id, its row locked until the transaction ends.
pub fn locked(tx: &mut Tx, id: Id) -> Result<Option<TeamRequest>> {
    if platform::lock_row!(tx.conn, outreach_team_requests, id)?.is_none() {
        return Ok(None);
    }
    Ok(dsl::outreach_team_requests.find(id).select(TeamRequest::as_select()).get_result(tx.conn).optional()?)
}

/// Requests, newest first.
pub fn list(tx: &mut Tx, state: Option<TeamRequestState>, before: Option<Id>, limit: i64) -> Result<Vec<TeamRequest>> {
    let mut query = dsl::outreach_team_requests.select(TeamRequest::as_select()).into_boxed();
    if let Some(state) = state {
        query = query.filter(dsl::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(dsl::id.lt(before));
    }
    Ok(query.order(dsl::id.desc()).limit(limit).load(tx.conn)?)
}

/// Records the coordinator who takes a request.
pub fn take(tx: &mut Tx, id: Id, by: Id) -> Result<()> {
    diesel::update(dsl::outreach_team_requests.find(id))
        .set((
            dsl::state.eq(TeamRequestState::Taken),
            dsl::taken_by.eq(Some(by)),
            dsl::taken_at.eq(Some(tx.now)),
            dsl::version.eq(dsl::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Completes a request, and erases what the lead entered.
pub fn finish(tx: &mut Tx, id: Id) -> Result<()> {
    diesel::update(dsl::outreach_team_requests.find(id))
        .set((
            dsl::state.eq(TeamRequestState::Done),
            dsl::done_at.eq(Some(tx.now)),
            dsl::details.eq(Vec::<u8>::new()),
            dsl::version.eq(dsl::version + 1),
        ))
        .execute(tx.conn)?;
    Ok(())
}
