//! Clinicians whose slots are to be compared with their clinics again.

use diesel::prelude::*;

use crate::schema::slot_updates;
use platform::Tx;
use platform::db::Conn;
use platform::error::Result;
use platform::ids::Id;
use platform::on;

/// Asks for an update of these clinicians' slots. A clinician whose update is running waits for another.
pub fn request(tx: &mut Tx, clinicians: &[Id], by: Id) -> Result<()> {
    for clinician in clinicians {
        let row =
            (slot_updates::clinician_id.eq(*clinician), slot_updates::requested_by.eq(by), slot_updates::requested_at.eq(tx.now));
        let again = (slot_updates::requested_by.eq(by), slot_updates::requested_at.eq(tx.now));
        on!(tx.conn, |inner| diesel::insert_into(slot_updates::table)
            .values(row)
            .on_conflict(slot_updates::clinician_id)
            .do_update()
            .set(again)
            .execute(inner))?;
    }
    Ok(())
}

/// Some of the clinicians with the account that asked, locked until the transaction ends; those of another instance are left to it.
pub fn next(tx: &mut Tx, limit: i64) -> Result<Vec<(Id, Id)>> {
    let rows = slot_updates::table
        .order(slot_updates::clinician_id)
        .limit(limit)
        .select((slot_updates::clinician_id, slot_updates::requested_by));
    match tx.conn {
        Conn::Postgres(inner) => Ok(rows.for_update().skip_locked().load(inner)?),
        Conn::Sqlite(inner) => Ok(rows.load(inner)?),
    }
}

/// The update of a clinician is done.
pub fn done(tx: &mut Tx, clinician: Id) -> Result<()> {
    diesel::delete(slot_updates::table.find(clinician)).execute(tx.conn)?;
    Ok(())
}
