//! The facilitators of groups.

use diesel::prelude::*;

use crate::groups::model::{GroupState, WillingnessToMeet};
use crate::schema::{group_facilitators, therapy_groups};
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;

/// Stores the facilitators. Those who continue keep their recorded willingness to meet.
pub fn save(tx: &mut Tx, group: Id, facilitator_ids: [Id; 2]) -> Result<()> {
    let present = of(tx, group)?;
    if present.iter().map(|(id, _)| *id).eq(facilitator_ids) {
        return Ok(());
    }
    diesel::delete(group_facilitators::table.filter(group_facilitators::group_id.eq(group))).execute(tx.conn)?;
    for (position, clinician) in (1..).zip(facilitator_ids) {
        let recorded = present.iter().find(|(id, _)| *id == clinician).map(|(_, meets)| *meets);
        diesel::insert_into(group_facilitators::table)
            .values((
                group_facilitators::group_id.eq(group),
                group_facilitators::clinician_id.eq(clinician),
                group_facilitators::position.eq(position),
                group_facilitators::willing_to_meet.eq(recorded.unwrap_or(WillingnessToMeet::StrangersOnly)),
            ))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// The two facilitators of a group, and who they are willing to meet.
pub fn of(tx: &mut Tx, group: Id) -> Result<Vec<(Id, WillingnessToMeet)>> {
    Ok(group_facilitators::table
        .filter(group_facilitators::group_id.eq(group))
        .order(group_facilitators::position)
        .select((group_facilitators::clinician_id, group_facilitators::willing_to_meet))
        .load(tx.conn)?)
}

/// True when this clinician facilitates the group.
pub fn facilitates(tx: &mut Tx, group: Id, clinician: Id) -> Result<bool> {
    let found = group_facilitators::table.find((group, clinician)).select(group_facilitators::group_id);
    Ok(found.get_result::<Id>(tx.conn).optional()?.is_some())
}

/// Stores who a facilitator is willing to meet.
pub fn set_willingness(tx: &mut Tx, group: Id, clinician: Id, meets: WillingnessToMeet) -> Result<()> {
    diesel::update(group_facilitators::table.find((group, clinician)))
        .set(group_facilitators::willing_to_meet.eq(meets))
        .execute(tx.conn)?;
    Ok(())
}

/// The groups that a clinician facilitates.
pub fn led_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    Ok(group_facilitators::table
        .filter(group_facilitators::clinician_id.eq(clinician))
        .select(group_facilitators::group_id)
        .load(tx.conn)?)
}

/// The groups that are forming or running and that a clinician facilitates.
pub fn open_led_by(tx: &mut Tx, clinician: Id) -> Result<Vec<Id>> {
    Ok(group_facilitators::table
        .inner_join(therapy_groups::table)
        .filter(group_facilitators::clinician_id.eq(clinician))
        .filter(therapy_groups::state.eq_any([GroupState::Forming, GroupState::Running]))
        .select(therapy_groups::id)
        .load(tx.conn)?)
}
