//! Database queries about return-to-work plans.

use diesel::prelude::*;

use crate::fit_notes::model::plans::{Plan, ReturnToWorkState};
use crate::schema::return_to_work_plans;
use people::relationships::Protected;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;
use platform::seal::{Opened, Place, Sealer};

const CONTENT: &str = "return_to_work_plans.content";

/// A plan with its opened content.
#[derive(Debug, Clone)]
pub struct ReturnToWorkRecord {
    pub id: Id,
    pub practitioner: Id,
    /// The clinician who proposed it.
    pub clinician: Id,
    /// What is printed on it.
    pub plan: Plan,
    pub proposed_at: UtcTime,
    /// When the practitioner agreed to it.
    pub agreed_at: Option<UtcTime>,
}

impl ReturnToWorkRecord {
    pub fn state(&self) -> ReturnToWorkState {
        if self.agreed_at.is_some() { ReturnToWorkState::Agreed } else { ReturnToWorkState::Proposed }
    }
}

type Row = (Id, Id, Id, Vec<u8>, UtcTime, Option<UtcTime>);

fn open(sealer: &Sealer, row: Row) -> Result<ReturnToWorkRecord> {
    let (id, practitioner, clinician, content, proposed_at, agreed_at) = row;
    let plan = sealer.open_json(Place(CONTENT, id), &content)?;
    Ok(ReturnToWorkRecord { id, practitioner, clinician, plan, proposed_at, agreed_at })
}

/// Saves a plan.
pub fn insert(tx: &mut Tx, new: &ReturnToWorkRecord) -> Result<()> {
    diesel::insert_into(return_to_work_plans::table)
        .values((
            return_to_work_plans::id.eq(new.id),
            return_to_work_plans::practitioner_id.eq(new.practitioner),
            return_to_work_plans::clinician_id.eq(new.clinician),
            return_to_work_plans::content.eq(tx.sealer.seal_json(Place(CONTENT, new.id), &new.plan)?),
            return_to_work_plans::proposed_at.eq(new.proposed_at),
        ))
        .execute(tx.conn)?;
    Ok(())
}

pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<ReturnToWorkRecord>>> {
    let row: Option<Row> =
        return_to_work_plans::table.find(id).select(return_to_work_plans::all_columns).get_result(tx.conn).optional()?;
    let found = row.map(|row| open(tx.sealer, row)).transpose()?;
    Ok(found.map(|plan| Protected::new(plan.practitioner, plan)))
}

/// A practitioner's plans, newest first.
pub fn list(tx: &mut Tx, practitioner: Id, before: Option<Id>, limit: i64) -> Result<Opened<Id, ReturnToWorkRecord>> {
    let mut query = return_to_work_plans::table
        .filter(return_to_work_plans::practitioner_id.eq(practitioner))
        .select(return_to_work_plans::all_columns)
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(return_to_work_plans::id.lt(before));
    }
    let rows: Vec<Row> = query.order(return_to_work_plans::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.0, open(tx.sealer, row))).collect())
}

/// Records that the practitioner agrees.
///
/// # Errors
/// 409 `return_to_work_agreed` when they have already agreed.
pub fn agree(tx: &mut Tx, id: Id) -> Result<()> {
    let proposed = return_to_work_plans::table.find(id).filter(return_to_work_plans::agreed_at.is_null());
    let changed = diesel::update(proposed).set(return_to_work_plans::agreed_at.eq(Some(tx.now))).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Reason::ReturnToWorkAgreed.into()) }
}
