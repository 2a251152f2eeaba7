//! Agreements of two people to meet in a group in spite of a conflict.

use diesel::prelude::*;

use crate::groups::model::ConflictGround;
use crate::schema::group_agreements;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Records that two people meet in spite of a conflict because both have agreed. A pair already recorded stays unchanged.
pub fn record(tx: &mut Tx, group: Id, pair: (Id, Id), ground: ConflictGround) -> Result<()> {
    let (one, other) = (pair.0.min(pair.1), pair.0.max(pair.1));
    let known = group_agreements::table.find((group, one, other)).select(group_agreements::group_id);
    if known.get_result::<Id>(tx.conn).optional()?.is_some() {
        return Ok(());
    }
    diesel::insert_into(group_agreements::table)
        .values((
            group_agreements::group_id.eq(group),
            group_agreements::one_id.eq(one),
            group_agreements::other_id.eq(other),
            group_agreements::ground.eq(ground),
            group_agreements::relied_on_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// The people a person meets in a group in spite of a conflict because both have agreed.
pub fn with(tx: &mut Tx, group: Id, person: Id) -> Result<Vec<Id>> {
    let pairs: Vec<(Id, Id)> = group_agreements::table
        .filter(group_agreements::group_id.eq(group))
        .filter(group_agreements::one_id.eq(person).or(group_agreements::other_id.eq(person)))
        .select((group_agreements::one_id, group_agreements::other_id))
        .load(tx.conn)?;
    Ok(pairs.into_iter().map(|(one, other)| if one == person { other } else { one }).collect())
}
