//! Whose registration number was not compared with those of others since it was stated.

use diesel::prelude::*;

use crate::relationships::same_registration::{self, StatedEarlier};
use crate::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Practitioners whose registration number waits to be compared, after this one.
pub fn waiting(tx: &mut Tx, after: Id, limit: i64) -> Result<Vec<Id>> {
    let waiting = practitioners::table
        .filter(practitioners::registration_compared.eq(false))
        .filter(practitioners::id.gt(after))
        .order(practitioners::id)
        .limit(limit);
    Ok(waiting.select(practitioners::id).load(tx.conn)?)
}

/// Compares the registration number of a practitioner with those of everyone who registered or changed theirs before, and notes that this
/// was done. Returns who has or had the same, if anyone does.
pub fn compare(tx: &mut Tx, practitioner: Id) -> Result<Option<StatedEarlier>> {
    super::lock_practitioner(tx, practitioner)?;
    let stated = same_registration::stated_earlier(tx, practitioner)?;
    diesel::update(practitioners::table.find(practitioner))
        .set(practitioners::registration_compared.eq(true))
        .execute(tx.conn)?;
    Ok(stated)
}
