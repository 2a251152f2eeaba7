//! The history of pathways: rows are added and never changed. Waiting times and the times at which care ended are read from it.

use diesel::prelude::*;

use crate::practitioners::model::Pathway;
use crate::schema::pathway_changes;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Records that a practitioner enters a pathway now.
pub(super) fn record(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<()> {
    diesel::insert_into(pathway_changes::table)
        .values((
            pathway_changes::id.eq(Id::new(tx.now)),
            pathway_changes::practitioner_id.eq(practitioner),
            pathway_changes::pathway.eq(pathway),
            pathway_changes::changed_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The times at which a practitioner entered a pathway, in order.
pub fn times_entered(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<Vec<UtcTime>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::practitioner_id.eq(practitioner))
        .filter(pathway_changes::pathway.eq(pathway))
        .order(pathway_changes::changed_at)
        .select(pathway_changes::changed_at)
        .load(tx.conn)?)
}

/// The id and the time of the last change by which a practitioner entered a pathway.
pub fn last_entered(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<Option<(Id, UtcTime)>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::practitioner_id.eq(practitioner))
        .filter(pathway_changes::pathway.eq(pathway))
        .order((pathway_changes::changed_at.desc(), pathway_changes::id.desc()))
        .select((pathway_changes::id, pathway_changes::changed_at))
        .first(tx.conn)
        .optional()?)
}

/// The times at which these practitioners entered a pathway, in order.
pub fn times_entered_by(tx: &mut Tx, practitioners: &[Id], pathway: Pathway) -> Result<Vec<(Id, UtcTime)>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(pathway_changes::pathway.eq(pathway))
        .order(pathway_changes::changed_at)
        .select((pathway_changes::practitioner_id, pathway_changes::changed_at))
        .load(tx.conn)?)
}

/// Those of these practitioners whose pathway has changed since then.
pub fn changed_since(tx: &mut Tx, practitioners: &[Id], since: UtcTime) -> Result<Vec<Id>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::practitioner_id.eq_any(practitioners.to_vec()))
        .filter(pathway_changes::changed_at.gt(since))
        .select(pathway_changes::practitioner_id)
        .distinct()
        .load(tx.conn)?)
}

/// The pathways that these practitioners entered, in order of time.
pub fn changes_of(tx: &mut Tx, practitioners: &[Id]) -> Result<Vec<(Id, Pathway, UtcTime)>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::practitioner_id.eq_any(practitioners.to_vec()))
        .order((pathway_changes::changed_at, pathway_changes::id))
        .select((pathway_changes::practitioner_id, pathway_changes::pathway, pathway_changes::changed_at))
        .load(tx.conn)?)
}

/// A change by which a practitioner entered a pathway.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct PathwayChange {
    pub id: Id,
    pub practitioner: Id,
    pub at: UtcTime,
}

/// The practitioners who entered a pathway from `from` (included) to `to` (excluded).
pub fn entered_between(tx: &mut Tx, pathway: Pathway, from: UtcTime, to: UtcTime) -> Result<Vec<Id>> {
    Ok(pathway_changes::table
        .filter(pathway_changes::changed_at.ge(from))
        .filter(pathway_changes::changed_at.lt(to))
        .filter(pathway_changes::pathway.eq(pathway))
        .select(pathway_changes::practitioner_id)
        .load(tx.conn)?)
}

/// A page of these changes in order of time, after `after`: the time and the id of a change.
pub fn page_entered_between(
    tx: &mut Tx,
    pathway: Pathway,
    (from, to): (UtcTime, UtcTime),
    after: Option<(UtcTime, Id)>,
    limit: i64,
) -> Result<Vec<PathwayChange>> {
    let mut query = pathway_changes::table
        .filter(pathway_changes::changed_at.ge(after.map_or(from, |(time, _)| time)))
        .filter(pathway_changes::changed_at.lt(to))
        .filter(pathway_changes::pathway.eq(pathway))
        .select((pathway_changes::id, pathway_changes::practitioner_id, pathway_changes::changed_at))
        .into_boxed();
    if let Some((time, id)) = after {
        query = query.filter(pathway_changes::changed_at.gt(time).or(pathway_changes::id.gt(id)));
    }
    Ok(query.order((pathway_changes::changed_at, pathway_changes::id)).limit(limit).load(tx.conn)?)
}
