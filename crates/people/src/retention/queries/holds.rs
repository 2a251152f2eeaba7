//! SQL statements about what stops the destruction of a record.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::relationships::Protected;
use crate::retention::model::{RetentionDecision, RetentionHold, RetentionHoldGround};
use crate::schema::retention_holds;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{Opened, Place, Sealer};

const GROUNDS: &str = "retention_holds.sealed_grounds";
const LIFTING: &str = "retention_holds.sealed_lifting";

/// Why a hold was set. Stored encrypted.
#[derive(Serialize, Deserialize)]
struct SealedGrounds {
    ground: RetentionHoldGround,
    reason: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = retention_holds)]
struct Row {
    id: Id,
    practitioner_id: Id,
    sealed_grounds: Vec<u8>,
    set_by: Id,
    set_at: UtcTime,
    lifted_by: Option<Id>,
    lifted_at: Option<UtcTime>,
    sealed_lifting: Option<Vec<u8>>,
}

impl Row {
    fn open(self, sealer: &Sealer) -> Result<RetentionHold> {
        let SealedGrounds { ground, reason } = sealer.open_json(Place(GROUNDS, self.id), &self.sealed_grounds)?;
        let lifting = match (self.lifted_by, self.lifted_at, self.sealed_lifting) {
            (Some(by), Some(at), Some(sealed)) => {
                let reason = sealer.open_text(Place(LIFTING, self.id), &sealed)?.into();
                Some(RetentionDecision { by, at, reason })
            }
            _ => None,
        };
        Ok(RetentionHold {
            id: self.id,
            practitioner: self.practitioner_id,
            ground,
            reason: reason.into(),
            set_by: self.set_by,
            set_at: self.set_at,
            lifting,
        })
    }
}

/// Sets a hold; returns its id.
pub fn insert(tx: &mut Tx, practitioner: Id, by: Id, ground: RetentionHoldGround, reason: &str) -> Result<Id> {
    let id = Id::new(tx.now);
    let grounds = SealedGrounds { ground, reason: reason.to_owned() };
    diesel::insert_into(retention_holds::table)
        .values((
            retention_holds::id.eq(id),
            retention_holds::practitioner_id.eq(practitioner),
            retention_holds::sealed_grounds.eq(tx.sealer.seal_json(Place(GROUNDS, id), &grounds)?),
            retention_holds::set_by.eq(by),
            retention_holds::set_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The hold with this id.
pub fn find(tx: &mut Tx, id: Id) -> Result<Option<Protected<RetentionHold>>> {
    let row: Option<Row> = retention_holds::table.find(id).select(Row::as_select()).get_result(tx.conn).optional()?;
    let hold = row.map(|row| row.open(tx.sealer)).transpose()?;
    Ok(hold.map(|hold| Protected::new(hold.practitioner, hold)))
}

/// Lifts a hold; false when it was lifted before.
pub fn lift(tx: &mut Tx, id: Id, by: Id, reason: &str) -> Result<bool> {
    let sealed = tx.sealer.seal_text(Place(LIFTING, id), reason)?;
    let in_force = retention_holds::table.find(id).filter(retention_holds::lifted_at.is_null());
    let lifted = diesel::update(in_force)
        .set((
            retention_holds::lifted_by.eq(Some(by)),
            retention_holds::lifted_at.eq(Some(tx.now)),
            retention_holds::sealed_lifting.eq(Some(sealed)),
        ))
        .execute(tx.conn)?;
    Ok(lifted == 1)
}

/// Those of these practitioners whose record has a hold in force.
pub fn held_among(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<Id>> {
    Ok(retention_holds::table
        .filter(retention_holds::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(retention_holds::lifted_at.is_null())
        .select(retention_holds::practitioner_id)
        .distinct()
        .load(tx.conn)?)
}

/// Which holds are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those in force, or only those that were lifted.
    pub in_force: Option<bool>,
    /// Never those of these practitioners.
    pub hidden: Vec<Id>,
    /// Only those before this one.
    pub before: Option<Id>,
}

/// Holds, the newest first.
pub fn list(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Opened<Id, RetentionHold>> {
    let mut query = retention_holds::table.select(Row::as_select()).into_boxed();
    query = match filter.in_force {
        Some(true) => query.filter(retention_holds::lifted_at.is_null()),
        Some(false) => query.filter(retention_holds::lifted_at.is_not_null()),
        None => query,
    };
    if !filter.hidden.is_empty() {
        query = query.filter(retention_holds::practitioner_id.ne_all(filter.hidden.clone()));
    }
    if let Some(before) = filter.before {
        query = query.filter(retention_holds::id.lt(before));
    }
    let rows: Vec<Row> = query.order(retention_holds::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.open(tx.sealer))).collect())
}
