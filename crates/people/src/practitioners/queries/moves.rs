//! When somebody came to stand where: added to, never changed. How long people wait and when care ended is read from here.

use diesel::prelude::*;

use crate::practitioners::model::Pathway;
use crate::schema::pathway_moves;
use platform::Tx;
use platform::error::Result;
use platform::ids::{Id, UtcTime};

/// Notes that a practitioner stands here from now on, having stood elsewhere before.
pub(super) fn note(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<()> {
    diesel::insert_into(pathway_moves::table)
        .values((
            pathway_moves::id.eq(Id::new(tx.now)),
            pathway_moves::practitioner_id.eq(practitioner),
            pathway_moves::pathway.eq(pathway),
            pathway_moves::moved_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Every time that a practitioner came to stand here, in order.
pub fn all_to(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<Vec<UtcTime>> {
    Ok(pathway_moves::table
        .filter(pathway_moves::practitioner_id.eq(practitioner))
        .filter(pathway_moves::pathway.eq(pathway))
        .order(pathway_moves::moved_at)
        .select(pathway_moves::moved_at)
        .load(tx.conn)?)
}

/// The last time that a practitioner came to stand here: which move it was, and when.
pub fn last_to(tx: &mut Tx, practitioner: Id, pathway: Pathway) -> Result<Option<(Id, UtcTime)>> {
    Ok(pathway_moves::table
        .filter(pathway_moves::practitioner_id.eq(practitioner))
        .filter(pathway_moves::pathway.eq(pathway))
        .order((pathway_moves::moved_at.desc(), pathway_moves::id.desc()))
        .select((pathway_moves::id, pathway_moves::moved_at))
        .first(tx.conn)
        .optional()?)
}
