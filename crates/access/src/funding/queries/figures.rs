//! SQL about requests and sessions for the figures of a period.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::schema::{funded_sessions, funding_requests};
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// A request, as far as figures are about it.
#[derive(Debug, Clone, Queryable)]
pub struct CountedRequest {
    pub id: Id,
    pub practitioner: Id,
    /// The board that is asked.
    pub icb_code: Option<String>,
    pub submitted_at: Option<UtcTime>,
}

/// These requests.
pub fn requests(tx: &mut Tx, ids: &[Id]) -> Result<BTreeMap<Id, CountedRequest>> {
    let rows: Vec<CountedRequest> = funding_requests::table
        .filter(funding_requests::id.eq_any(ids.to_vec()))
        .select((
            funding_requests::id,
            funding_requests::practitioner_id,
            funding_requests::icb_code,
            funding_requests::submitted_at,
        ))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|request| (request.id, request)).collect())
}

/// A session that an approval pays for.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct CountedSession {
    /// The request with the approval.
    pub request: Id,
    /// The price.
    pub pence: i32,
}

/// The sessions that begin from `from` (included) to `to` (excluded) and were not released.
pub fn sessions_between(tx: &mut Tx, from: UtcTime, to: UtcTime) -> Result<Vec<CountedSession>> {
    Ok(funded_sessions::table
        .filter(funded_sessions::starts_at.ge(from))
        .filter(funded_sessions::starts_at.lt(to))
        .filter(funded_sessions::released_at.is_null())
        .select((funded_sessions::request_id, funded_sessions::pence))
        .load(tx.conn)?)
}
