//! SQL about the triages of a contact.

use diesel::prelude::*;

use crate::contacts::model::{TriageNeed, TriageStep};
use crate::contacts::visibility::ContactPermit;
use crate::schema::contact_triages;
use platform::Tx;
use platform::db::{Json, as_json};
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// One triage of a contact.
#[derive(Debug, Clone, Queryable)]
pub struct TriageRecord {
    pub at: UtcTime,
    pub by: Id,
    /// The needs that apply.
    #[diesel(deserialize_as = Json<Vec<TriageNeed>>)]
    pub needs: Vec<TriageNeed>,
    /// What was to be done next.
    pub step: TriageStep,
}

/// Stores a triage.
pub fn insert(tx: &mut Tx, contact: Id, by: Id, needs: &[TriageNeed], step: TriageStep) -> Result<()> {
    diesel::insert_into(contact_triages::table)
        .values((
            contact_triages::id.eq(Id::new(tx.now)),
            contact_triages::contact_id.eq(contact),
            contact_triages::at.eq(tx.now),
            contact_triages::triaged_by.eq(by),
            contact_triages::needs.eq(as_json(needs)?),
            contact_triages::next_step.eq(step),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The triages of a contact, newest first.
pub fn for_contact(tx: &mut Tx, contact: &ContactPermit, limit: i64) -> Result<Vec<TriageRecord>> {
    Ok(contact_triages::table
        .filter(contact_triages::contact_id.eq(contact.id()))
        .order(contact_triages::id.desc())
        .limit(limit)
        .select((contact_triages::at, contact_triages::triaged_by, contact_triages::needs, contact_triages::next_step))
        .load(tx.conn)?)
}
