//! SQL about the boards for which a commissioner decides.

use diesel::prelude::*;

use crate::schema::commissioned_areas;
use people::Role;
use people::accounts::queries as accounts;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// The codes of a commissioner's boards, in order.
pub fn for_commissioner(tx: &mut Tx, commissioner: Id) -> Result<Vec<String>> {
    Ok(commissioned_areas::table
        .filter(commissioned_areas::account_id.eq(commissioner))
        .order(commissioned_areas::icb_code)
        .select(commissioned_areas::icb_code)
        .load(tx.conn)?)
}

/// Replaces a commissioner's boards.
pub fn replace(tx: &mut Tx, commissioner: Id, codes: &[String]) -> Result<()> {
    diesel::delete(commissioned_areas::table.filter(commissioned_areas::account_id.eq(commissioner))).execute(tx.conn)?;
    for code in codes {
        diesel::insert_into(commissioned_areas::table)
            .values((
                commissioned_areas::account_id.eq(commissioner),
                commissioned_areas::icb_code.eq(code),
                commissioned_areas::set_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The commissioners with an active account who decide for one of these boards.
pub fn commissioners_of(tx: &mut Tx, codes: &[String]) -> Result<Vec<Id>> {
    let deciding: Vec<Id> = commissioned_areas::table
        .filter(commissioned_areas::icb_code.eq_any(codes.to_vec()))
        .select(commissioned_areas::account_id)
        .distinct()
        .load(tx.conn)?;
    accounts::active_among(tx, &deciding, Role::Commissioner)
}
