//! Who must not meet whom. A clinician whom a practitioner has blocked, or who works for the same employer, is not shown to
//! them in any list, search or booking, and does not see them. This is the one place that says who that is.

use diesel::prelude::*;

use crate::platform::db::Conn;
use crate::platform::db::conn::MultiBackend;
use crate::platform::db::schema::{blocked_colleagues, clinicians, practitioners};
use crate::platform::db::types::sql;
use crate::platform::error::Result;
use crate::platform::ids::Id;

/// The clinicians that a practitioner must not meet.
pub fn excluded_for(conn: &mut Conn, practitioner: Id) -> Result<Vec<Id>> {
    Ok(conflicting(practitioner).load(conn)?)
}

/// True when these two must not meet.
pub fn are_in_conflict(conn: &mut Conn, practitioner: Id, clinician: Id) -> Result<bool> {
    let found: Option<Id> = conflicting(practitioner).filter(clinicians::id.eq(clinician)).get_result(conn).optional()?;
    Ok(found.is_some())
}

/// One statement, and one that stays prepared: whoever searches, holds or books asks for it.
fn conflicting(practitioner: Id) -> clinicians::BoxedQuery<'static, MultiBackend, sql::Id> {
    let blocked = || blocked_colleagues::table.filter(blocked_colleagues::practitioner_id.eq(practitioner));
    let employer = practitioners::table.find(practitioner).select(practitioners::employer_index);
    clinicians::table
        .filter(
            clinicians::employer_index
                .eq_any(employer)
                .or(clinicians::id.nullable().eq_any(blocked().select(blocked_colleagues::clinician_id)))
                .or(clinicians::registration_index.eq_any(blocked().select(blocked_colleagues::registration_index)))
                .or(clinicians::name_index.nullable().eq_any(blocked().select(blocked_colleagues::name_index))),
        )
        .select(clinicians::id)
        .into_boxed()
}

/// Those of these practitioners whom a clinician must not meet.
pub fn excluded_from(conn: &mut Conn, clinician: Id, among: &[Id]) -> Result<Vec<Id>> {
    let known: Option<(Option<String>, String, Option<String>)> = clinicians::table
        .find(clinician)
        .select((clinicians::registration_index, clinicians::name_index, clinicians::employer_index))
        .get_result(conn)
        .optional()?;
    let Some((registration, name, employer)) = known else { return Ok(Vec::new()) };
    let mut excluded: Vec<Id> = blocked_colleagues::table
        .filter(blocked_colleagues::practitioner_id.eq_any(among.to_vec()))
        .filter(
            blocked_colleagues::clinician_id
                .eq(Some(clinician))
                .or(blocked_colleagues::registration_index.eq(registration))
                .or(blocked_colleagues::name_index.eq(Some(name))),
        )
        .select(blocked_colleagues::practitioner_id)
        .load(conn)?;
    let colleagues: Vec<Id> = practitioners::table
        .filter(practitioners::id.eq_any(among.to_vec()))
        .filter(practitioners::employer_index.eq(employer))
        .select(practitioners::id)
        .load(conn)?;
    excluded.extend(colleagues);
    excluded.sort();
    excluded.dedup();
    Ok(excluded)
}
