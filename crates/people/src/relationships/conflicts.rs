//! Who must not meet whom. This is the one place that says it.
//!
//! A practitioner and a member of staff are kept apart when the practitioner has blocked them, by account or by any name or
//! registration that the member of staff ever held; when both work for one employer, or did until a year ago
//! ([`marks::COLLEAGUES_AFTER_LEAVING`](crate::accounts::marks::COLLEAGUES_AFTER_LEAVING)); when the two are one person;
//! and when the practitioner works for the service and the member of staff is a colleague of theirs here.
//!
//! Two accounts are one person when they share a registration or a name that may mean one person
//! ([`names`](platform::names)). Colleagues here are those of one employer, and, for a practitioner
//! employed by the service itself, its clinicians and call handlers without another employer. Its coordinators are not: a
//! practitioner who works for the service needs a coordinator too.
//!
//! Both get 404, and lists leave them out. That holds for staff of every role: each operation that takes a practitioner's id, or
//! the id of something of theirs, asks [`check_may_know`] (or [`are_in_conflict`]) once it knows whose it is, lists leave out what
//! [`kept_from`] or [`excluded_from`] names, and messages about a practitioner go to [`who_may_know`] of them. No employer keeps
//! coordinators and commissioners apart from anybody, so for them only what the practitioner says and who they are counts.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::prelude::*;

use platform::Tx;
use platform::db::types::sql;
use platform::error::{Error, Result};
use platform::ids::Id;

/// Ids in one statement.
const CHUNK: usize = 500;

/// No condition on a column.
const ANY: &str = "IS NOT NULL";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql::Id)]
    id: Id,
}

/// A blocked colleague who is found to have an account here.
#[derive(QueryableByName)]
struct Match {
    #[diesel(sql_type = sql::Id)]
    entry: Id,
    #[diesel(sql_type = sql::Id)]
    account: Id,
}

/// The staff that a practitioner must not meet.
pub fn excluded_for(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement = format!("{} SELECT DISTINCT account AS id FROM apart", apart("= $1", ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// True when this practitioner and this member of staff must not meet.
pub fn are_in_conflict(tx: &mut Tx, practitioner: Id, staff: Id) -> Result<bool> {
    let statement = format!("{} SELECT account AS id FROM apart LIMIT 1", apart("= $1", "= $2"));
    let found: Vec<Found> =
        diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(!found.is_empty())
}

/// Those of these practitioners whom a member of staff must not meet.
pub fn excluded_from(tx: &mut Tx, staff: Id, among: &[Id]) -> Result<Vec<Id>> {
    let mut excluded = BTreeSet::new();
    for some in among.chunks(CHUNK) {
        let statement = format!("{} SELECT DISTINCT practitioner AS id FROM apart", apart(&among_these(some), "= $1"));
        let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
        excluded.extend(ids(found));
    }
    Ok(excluded.into_iter().collect())
}

/// The practitioners who have blocked a member of staff and those who are the same person, for lists that leave them out: all that
/// coordinators and commissioners must not meet, and of whom the contact line's staff must not know. For where employers keep people
/// apart too there is [`excluded_from`].
pub fn kept_from(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let (blocks, one) = (blocks(ANY, "= $1"), one_person(ANY, "= $1"));
    let statement = format!("SELECT practitioner AS id FROM ({blocks}) blocked UNION SELECT practitioner FROM ({one}) one");
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(ids(found))
}

/// Those of these members of staff who may know of a practitioner, in their order: to whom messages about the practitioner may go.
pub fn who_may_know(tx: &mut Tx, practitioner: Id, mut staff: Vec<Id>) -> Result<Vec<Id>> {
    if !staff.is_empty() {
        let excluded = excluded_for(tx, practitioner)?;
        staff.retain(|one| !excluded.contains(one));
    }
    Ok(staff)
}

/// The staff accounts of a practitioner who works for the service.
pub fn accounts_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement = format!("SELECT DISTINCT account AS id FROM ({}) one", one_person("= $1", ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// A practitioner who works for the service, as a member of staff, and their colleagues here: whom they must not meet even where
/// people of one employer may agree to meet.
pub fn colleagues_here(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement =
        format!("WITH one AS ({}) SELECT DISTINCT account AS id FROM ({}) here", one_person("= $1", ANY), through_work_here(ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// Those of a practitioner's entries of blocked colleagues that mean somebody today whom they could otherwise find in the
/// directory. It says no more than the directory does: clinicians who are kept from the practitioner for another reason, who are
/// not listed or who have left do not count.
pub fn matched(tx: &mut Tx, practitioner: Id, listed: fn(&mut Tx, &[Id]) -> Result<Vec<Id>>) -> Result<Vec<Id>> {
    let statement = format!(
        "WITH one AS ({}), blocked AS ({}), otherwise AS ({}) SELECT DISTINCT b.entry AS entry, b.account AS account FROM blocked b \
         JOIN accounts a ON a.id = b.account WHERE a.active \
         AND NOT EXISTS (SELECT 1 FROM otherwise o WHERE o.account = b.account)",
        one_person("= $1", ANY),
        blocks("= $1", ANY),
        otherwise_apart("= $1", ANY)
    );
    let found: Vec<Match> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    let listed = listed(tx, &found.iter().map(|found| found.account).collect::<Vec<_>>())?;
    let entries: BTreeSet<Id> = found.iter().filter(|found| listed.contains(&found.account)).map(|found| found.entry).collect();
    Ok(entries.into_iter().collect())
}

/// Lets a member of staff through who may know of this practitioner, and practitioners to themselves. To be asked by every operation of
/// staff that is about a practitioner, whatever else it asks.
///
/// # Errors
/// 404, as for somebody who is not there.
pub fn check_may_know(tx: &mut Tx, practitioner: Id, caller: Id) -> Result<()> {
    if practitioner != caller && are_in_conflict(tx, practitioner, caller)? { Err(Error::not_found()) } else { Ok(()) }
}

fn ids(found: Vec<Found>) -> Vec<Id> {
    found.into_iter().map(|found| found.id).collect()
}

/// The only text that is put into a statement is made of ids.
fn among_these(practitioners: &[Id]) -> String {
    format!("IN ({})", practitioners.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", "))
}

/// Blocked colleagues and the staff they mean, with the entry: by account, by registration, by name. Whoever held the mark once
/// is meant for ever, and so is whoever gets it later.
fn blocks(practitioner: &str, staff: &str) -> String {
    const NAMES: &str = "('account_name', 'entry_name')";
    format!(
        "SELECT b.practitioner_id AS practitioner, b.clinician_id AS account, b.id AS entry FROM blocked_colleagues b \
         WHERE b.practitioner_id {practitioner} AND b.clinician_id {staff} \
         UNION ALL SELECT b.practitioner_id, m.account_id, b.id FROM blocked_colleagues b \
         JOIN account_marks m ON m.value_index = b.registration_index AND m.kind = 'registration' \
         WHERE b.practitioner_id {practitioner} AND m.account_id {staff} \
         UNION ALL SELECT b.practitioner_id, m.account_id, b.id FROM blocked_colleagues b \
         JOIN account_mark_keys k ON k.value_index = b.name_index \
         JOIN account_marks m ON m.id = k.mark_id AND m.kind IN {NAMES} \
         WHERE b.practitioner_id {practitioner} AND m.account_id {staff} \
         UNION ALL SELECT b.practitioner_id, m.account_id, b.id FROM blocked_colleagues b \
         JOIN blocked_colleague_keys k ON k.blocked_id = b.id \
         JOIN account_marks m ON m.value_index = k.value_index AND m.kind IN {NAMES} \
         WHERE b.practitioner_id {practitioner} AND m.account_id {staff}"
    )
}

/// Practitioners and the staff accounts of the same person.
fn one_person(practitioner: &str, staff: &str) -> String {
    const NAMES: &str = "('account_name', 'entry_name')";
    format!(
        "SELECT o.account_id AS practitioner, s.account_id AS account FROM account_marks o \
         JOIN account_marks s ON s.value_index = o.value_index AND s.kind = 'registration' \
         WHERE o.kind = 'own_registration' AND o.account_id {practitioner} AND s.account_id {staff} \
         UNION SELECT o.account_id, s.account_id FROM account_marks o \
         JOIN account_mark_keys k ON k.value_index = o.value_index \
         JOIN account_marks s ON s.id = k.mark_id AND s.kind IN {NAMES} \
         WHERE o.kind = 'legal_name' AND o.account_id {practitioner} AND s.account_id {staff} \
         UNION SELECT o.account_id, s.account_id FROM account_marks o \
         JOIN account_mark_keys k ON k.mark_id = o.id \
         JOIN account_marks s ON s.value_index = k.value_index AND s.kind IN {NAMES} \
         WHERE o.kind = 'legal_name' AND o.account_id {practitioner} AND s.account_id {staff}"
    )
}

/// The staff whom practitioners must not meet for another reason than that they blocked them. `one` is to be there.
fn otherwise_apart(practitioner: &str, staff: &str) -> String {
    let here = through_work_here(staff);
    format!(
        "SELECT p.id AS practitioner, m.account_id AS account FROM practitioners p \
         JOIN account_marks m ON m.value_index = p.employer_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE p.id {practitioner} AND m.account_id {staff} \
         UNION ALL SELECT o.account_id, m.account_id FROM account_marks o \
         JOIN account_marks m ON m.value_index = o.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE o.kind = 'employer' AND NOT o.lapsed AND o.account_id {practitioner} AND m.account_id {staff} UNION ALL {here}"
    )
}

/// Whom those in `one` must not meet because they work here: themselves, those of one employer with them, and, of those whom the
/// service itself employs, its clinicians and call handlers without another employer. These are counted, which PostgreSQL does by the index
/// of an account; it would read the index of all employers for `NOT EXISTS`.
fn through_work_here(staff: &str) -> String {
    format!(
        "SELECT practitioner, account FROM one WHERE account {staff} \
         UNION ALL SELECT o.practitioner, m.account_id FROM one o \
         JOIN account_marks e ON e.account_id = o.account AND e.kind = 'employer' \
         JOIN account_marks m ON m.value_index = e.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE m.account_id {staff} \
         UNION ALL SELECT o.practitioner, c.id FROM one o CROSS JOIN accounts c \
         WHERE c.role IN ('clinician', 'call_handler') AND c.id {staff} \
         AND 0 = (SELECT COUNT(*) FROM account_marks e WHERE e.account_id = o.account AND e.kind = 'employer' \
             AND e.held_until IS NULL) \
         AND 0 = (SELECT COUNT(*) FROM account_marks e WHERE e.account_id = c.id AND e.kind = 'employer' \
             AND e.held_until IS NULL)"
    )
}

/// The beginning of a statement that reads from `apart` who must not meet whom.
fn apart(practitioner: &str, staff: &str) -> String {
    let (one, blocks, otherwise) =
        (one_person(practitioner, ANY), blocks(practitioner, staff), otherwise_apart(practitioner, staff));
    format!("WITH one AS ({one}), apart AS (SELECT practitioner, account FROM ({blocks}) blocked UNION ALL {otherwise})")
}
