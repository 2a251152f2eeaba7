//! The statements about proposed changes.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{PROPOSAL_LIFE, Proposal, ProposedValue, StaffChange, StaffChangeKind, StaffChangeState};
use crate::schema::staff_changes;
use platform::Tx;
use platform::error::{Error, Result, violates};
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};

const PAYLOAD: &str = "staff_changes.payload";
const REASON: &str = "staff_changes.reason";
const DECISION_REASON: &str = "staff_changes.decision_reason";

/// The content of `payload`, sealed.
#[derive(Serialize, Deserialize)]
struct Payload {
    values: Vec<ProposedValue>,
    data: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_changes)]
struct Row {
    id: Id,
    account_id: Id,
    kind: StaffChangeKind,
    record_id: Id,
    payload: Vec<u8>,
    reason: Vec<u8>,
    status: StaffChangeState,
    proposed_by: Id,
    proposed_at: UtcTime,
    expires_at: UtcTime,
    decided_by: Option<Id>,
    decided_at: Option<UtcTime>,
    decision_reason: Option<Vec<u8>>,
}

impl Row {
    fn unseal(self, sealer: &Sealer, now: UtcTime) -> Result<StaffChange> {
        let Payload { values, data } = sealer.open_json(Place(PAYLOAD, self.id), &self.payload)?;
        let decision_reason = self
            .decision_reason
            .map(|sealed| sealer.open_text(Place(DECISION_REASON, self.id), &sealed).map(Private::new))
            .transpose()?;
        Ok(StaffChange {
            id: self.id,
            account: self.account_id,
            kind: self.kind,
            record: self.record_id,
            values,
            data,
            reason: sealer.open_text(Place(REASON, self.id), &self.reason)?.into(),
            status: status_at(self.status, self.expires_at, now),
            proposed_by: self.proposed_by,
            proposed_at: self.proposed_at,
            expires_at: self.expires_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            decision_reason,
        })
    }
}

/// What has become of a change by now: one that no one decided about in time has expired, whether or not that is stored.
fn status_at(stored: StaffChangeState, expires_at: UtcTime, now: UtcTime) -> StaffChangeState {
    match stored {
        StaffChangeState::Pending if expires_at <= now => StaffChangeState::Expired,
        stored => stored,
    }
}

/// Marks the changes as expired that no one decided about in time, so that another may be proposed.
pub fn expire(tx: &mut Tx) -> Result<()> {
    diesel::update(staff_changes::table)
        .filter(staff_changes::status.eq(StaffChangeState::Pending))
        .filter(staff_changes::expires_at.le(tx.now))
        .set(staff_changes::status.eq(StaffChangeState::Expired))
        .execute(tx.conn)?;
    Ok(())
}

/// Stores a change that waits; returns its id and when it expires.
///
/// # Errors
/// [`Reason::ChangePending`] when one of the same kind waits already.
pub fn insert(tx: &mut Tx, by: Id, proposal: &Proposal<'_>) -> Result<(Id, UtcTime)> {
    let (id, expires_at) = (Id::new(tx.now), tx.now + PROPOSAL_LIFE);
    let payload = Payload { values: proposal.values.clone(), data: proposal.data.clone() };
    diesel::insert_into(staff_changes::table)
        .values((
            staff_changes::id.eq(id),
            staff_changes::account_id.eq(proposal.account),
            staff_changes::kind.eq(proposal.kind),
            staff_changes::record_id.eq(proposal.record),
            staff_changes::payload.eq(tx.sealer.seal_json(Place(PAYLOAD, id), &payload)?),
            staff_changes::reason.eq(tx.sealer.seal_text(Place(REASON, id), proposal.reason.trim())?),
            staff_changes::status.eq(StaffChangeState::Pending),
            staff_changes::proposed_by.eq(by),
            staff_changes::proposed_at.eq(tx.now),
            staff_changes::expires_at.eq(expires_at),
        ))
        .execute(tx.conn)
        .map_err(already_pending)?;
    Ok((id, expires_at))
}

fn already_pending(error: diesel::result::Error) -> Error {
    if violates(&error, "staff_changes_pending|staff_changes.account_id, staff_changes.kind, staff_changes.record_id") {
        Reason::ChangePending.into()
    } else {
        Error::from(error)
    }
}

/// A change.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<StaffChange>> {
    let row: Option<Row> = staff_changes::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    row.map(|row| row.unseal(tx.sealer, tx.now)).transpose()
}

/// Whose access a change is about, without decrypting it.
pub fn account_of(tx: &mut Tx, id: Id) -> Result<Option<Id>> {
    Ok(staff_changes::table.find(id).select(staff_changes::account_id).get_result(tx.conn).optional()?)
}

/// Changes, the newest first, before `before`; an error for each that cannot be decrypted.
pub fn list(tx: &mut Tx, status: Option<StaffChangeState>, before: Option<Id>, limit: i64) -> Result<Opened<Id, StaffChange>> {
    let mut query = staff_changes::table.select(Row::as_select()).into_boxed();
    let waits = staff_changes::status.eq(StaffChangeState::Pending);
    query = match status {
        Some(StaffChangeState::Pending) => query.filter(waits.and(staff_changes::expires_at.gt(tx.now))),
        Some(StaffChangeState::Expired) => {
            query.filter(staff_changes::status.eq(StaffChangeState::Expired).or(waits.and(staff_changes::expires_at.le(tx.now))))
        }
        Some(status) => query.filter(staff_changes::status.eq(status)),
        None => query,
    };
    if let Some(before) = before {
        query = query.filter(staff_changes::id.lt(before));
    }
    let rows: Vec<Row> = query.order(staff_changes::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.unseal(tx.sealer, tx.now))).collect())
}

/// Decides about a change that waits; false when another request has done so.
pub fn decide(tx: &mut Tx, id: Id, status: StaffChangeState, by: Id, reason: Option<&str>) -> Result<bool> {
    let reason = reason.map(|reason| tx.sealer.seal_text(Place(DECISION_REASON, id), reason.trim())).transpose()?;
    let waiting = staff_changes::table.find(id).filter(staff_changes::status.eq(StaffChangeState::Pending));
    let decided = diesel::update(waiting)
        .set((
            staff_changes::status.eq(status),
            staff_changes::decided_by.eq(Some(by)),
            staff_changes::decided_at.eq(Some(tx.now)),
            staff_changes::decision_reason.eq(reason),
        ))
        .execute(tx.conn)?;
    Ok(decided == 1)
}

/// The changes that wait for an account, with their kind and the record that they are about.
pub fn waiting_for(tx: &mut Tx, account: Id) -> Result<Vec<(Id, StaffChangeKind, Id)>> {
    Ok(staff_changes::table
        .filter(staff_changes::account_id.eq(account))
        .filter(staff_changes::status.eq(StaffChangeState::Pending))
        .filter(staff_changes::expires_at.gt(tx.now))
        .order(staff_changes::id)
        .select((staff_changes::id, staff_changes::kind, staff_changes::record_id))
        .load(tx.conn)?)
}

/// The changes of a kind that wait for these accounts: account, id, and when it expires.
pub fn pending_among(tx: &mut Tx, kind: StaffChangeKind, accounts: &[Id]) -> Result<Vec<(Id, Id, UtcTime)>> {
    Ok(staff_changes::table
        .filter(staff_changes::account_id.eq_any(accounts.to_vec()))
        .filter(staff_changes::kind.eq(kind))
        .filter(staff_changes::status.eq(StaffChangeState::Pending))
        .filter(staff_changes::expires_at.gt(tx.now))
        .select((staff_changes::account_id, staff_changes::id, staff_changes::expires_at))
        .load(tx.conn)?)
}
