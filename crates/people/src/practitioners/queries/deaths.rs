//! Who is recorded as dead, for what is not begun about them and what is not sent any more.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::died_at;
use crate::practitioners::model::Pathway;
use crate::schema::practitioners;
use platform::Tx;
use platform::error::Result;
use platform::ids::Id;
use platform::refusal::Reason;

/// Checks that a practitioner whose row is locked is not recorded as dead. Only for callers who may know of a death: those who read the
/// record or act for the practitioner.
///
/// # Errors
/// `recorded_as_dead`.
pub fn check_alive(tx: &mut Tx, practitioner: Id) -> Result<()> {
    if died_at(tx, practitioner)?.is_some() { Err(Reason::RecordedAsDead.into()) } else { Ok(()) }
}

/// Those of these practitioners who are recorded as dead.
pub fn dead_among(tx: &mut Tx, among: &[Id]) -> Result<BTreeSet<Id>> {
    let discharged = practitioners::table
        .filter(practitioners::id.eq_any(among.to_vec()))
        .filter(practitioners::pathway.eq(Pathway::Discharged));
    let mut dead = BTreeSet::new();
    for practitioner in discharged.select(practitioners::id).load::<Id>(tx.conn)? {
        if died_at(tx, practitioner)?.is_some() {
            dead.insert(practitioner);
        }
    }
    Ok(dead)
}
