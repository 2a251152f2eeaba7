//! Every statement about practitioners and the colleagues they block.

use diesel::prelude::*;

use super::model::Pathway;
use crate::platform::db::Conn;
use crate::platform::db::schema::practitioners;
use crate::platform::error::Result;
use crate::platform::ids::{Id, UtcTime};

/// Where a practitioner stands, their row locked until the transaction ends: whatever is counted about them is decided one
/// request after the other.
pub fn lock_pathway(conn: &mut Conn, practitioner: Id) -> Result<Option<Pathway>> {
    if crate::lock_row!(conn, practitioners, practitioner)?.is_none() {
        return Ok(None);
    }
    pathway(conn, practitioner)
}

/// Where a practitioner stands.
pub fn pathway(conn: &mut Conn, practitioner: Id) -> Result<Option<Pathway>> {
    Ok(practitioners::table.find(practitioner).select(practitioners::pathway).get_result(conn).optional()?)
}

/// Moves a practitioner on.
pub fn set_pathway(conn: &mut Conn, practitioner: Id, pathway: Pathway, now: UtcTime) -> Result<()> {
    diesel::update(practitioners::table.find(practitioner))
        .set((
            practitioners::pathway.eq(pathway),
            practitioners::updated_at.eq(now),
            practitioners::version.eq(practitioners::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}
