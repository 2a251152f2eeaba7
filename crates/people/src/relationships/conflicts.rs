//! Conflicts between practitioners and staff. This is the only module that decides which of them must not meet.
//!
//! A practitioner and a member of staff are in conflict when the practitioner has blocked them, by account or by any name or
//! registration that the member of staff has or had; when both work for one employer, or did until a year ago
//! ([`COLLEAGUE_PERIOD_AFTER_LEAVING`](crate::accounts::identity::COLLEAGUE_PERIOD_AFTER_LEAVING)); when the two are the same
//! person; and when the practitioner works for the service and the member of staff is a colleague of theirs in the service.
//!
//! Two accounts are the same person when they share a registration or a name that may belong to one person
//! ([`names`](platform::names)). Colleagues in the service are those with the same employer, and, for a practitioner employed by
//! the service itself, its clinicians and call handlers without another employer. Its coordinators do not count as colleagues: a
//! practitioner who works for the service needs a coordinator too.
//!
//! Both get 404 for each other, and lists leave them out. That applies to staff of every role: each operation that takes the id
//! of a practitioner, or of something that belongs to one, calls [`check_may_know`] (or [`are_in_conflict`]) as soon as it knows
//! the practitioner. Lists leave out what [`blocked_or_same_person`] or [`practitioners_excluded_from`] returns. Messages about a
//! practitioner go to [`permitted_staff`]. An employer causes no conflict with coordinators and commissioners, so for them only
//! blocking and being the same person count.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::prelude::*;

use platform::Tx;
use platform::db::types::sql;
use platform::error::{Error, Result};
use platform::ids::Id;

/// How many ids one statement may contain.
const CHUNK: usize = 500;

/// No condition on a column.
const ANY: &str = "IS NOT NULL";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql::Id)]
    id: Id,
}

/// An entry of a blocked colleague, and an account that it matches.
#[derive(QueryableByName)]
struct Match {
    #[diesel(sql_type = sql::Id)]
    entry: Id,
    #[diesel(sql_type = sql::Id)]
    account: Id,
}

/// The staff that a practitioner must not meet.
pub fn staff_excluded_for(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement = format!("{} SELECT DISTINCT account AS id FROM conflicts", conflicts_query("= $1", ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// True when this practitioner and this member of staff must not meet.
pub fn are_in_conflict(tx: &mut Tx, practitioner: Id, staff: Id) -> Result<bool> {
    let statement = format!("{} SELECT account AS id FROM conflicts LIMIT 1", conflicts_query("= $1", "= $2"));
    let found: Vec<Found> =
        diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(!found.is_empty())
}

/// The practitioners in `among` that a member of staff must not meet.
pub fn practitioners_excluded_from(tx: &mut Tx, staff: Id, among: &[Id]) -> Result<Vec<Id>> {
    let mut excluded = BTreeSet::new();
    for chunk in among.chunks(CHUNK) {
        let statement = format!("{} SELECT DISTINCT practitioner AS id FROM conflicts", conflicts_query(&id_list(chunk), "= $1"));
        let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
        excluded.extend(ids(found));
    }
    Ok(excluded.into_iter().collect())
}

/// The practitioners who have blocked a member of staff or are the same person, for lists that leave them out. These are all that
/// coordinators, commissioners and the staff of the contact line must not know of. Where an employer counts too, use
/// [`practitioners_excluded_from`].
pub fn blocked_or_same_person(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let (blocked, same) = (blocked_staff_query(ANY, "= $1"), same_person_query(ANY, "= $1"));
    let statement =
        format!("SELECT practitioner AS id FROM ({blocked}) blocked UNION SELECT practitioner FROM ({same}) same_person");
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(ids(found))
}

/// The members of staff among `staff` who may know of a practitioner, in the same order. Messages about the practitioner are sent
/// only to them.
pub fn permitted_staff(tx: &mut Tx, practitioner: Id, mut staff: Vec<Id>) -> Result<Vec<Id>> {
    if !staff.is_empty() {
        let excluded = staff_excluded_for(tx, practitioner)?;
        staff.retain(|id| !excluded.contains(id));
    }
    Ok(staff)
}

/// The staff accounts of a practitioner who works for the service.
pub fn staff_accounts_of(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement = format!("SELECT DISTINCT account AS id FROM ({}) same_person", same_person_query("= $1", ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// The staff accounts of a practitioner who works for the service, and of their colleagues in the service. They must not meet
/// even where people with the same employer may agree to meet.
pub fn service_colleagues(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let statement = format!(
        "WITH same_person AS ({}) SELECT DISTINCT account AS id FROM ({}) service_colleagues",
        same_person_query("= $1", ANY),
        service_colleagues_query(ANY)
    );
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// The entries of a practitioner's blocked colleagues that currently match a clinician they could otherwise find in the
/// directory. It reveals no more than the directory does: clinicians who are in conflict with the practitioner for another
/// reason, who are not listed or who have left do not count.
pub fn matched_entries(tx: &mut Tx, practitioner: Id, listed: fn(&mut Tx, &[Id]) -> Result<Vec<Id>>) -> Result<Vec<Id>> {
    let statement = format!(
        "WITH same_person AS ({}), blocked AS ({}), other_conflicts AS ({}) \
         SELECT DISTINCT b.entry AS entry, b.account AS account FROM blocked b \
         JOIN accounts a ON a.id = b.account WHERE a.active \
         AND NOT EXISTS (SELECT 1 FROM other_conflicts o WHERE o.account = b.account)",
        same_person_query("= $1", ANY),
        blocked_staff_query("= $1", ANY),
        other_conflicts_query("= $1", ANY)
    );
    let found: Vec<Match> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    let listed = listed(tx, &found.iter().map(|found| found.account).collect::<Vec<_>>())?;
    let entries: BTreeSet<Id> = found.iter().filter(|found| listed.contains(&found.account)).map(|found| found.entry).collect();
    Ok(entries.into_iter().collect())
}

/// Checks that the caller may know of this practitioner: staff without a conflict, and the practitioner themselves. Every
/// operation of staff that is about a practitioner calls it, whatever else it checks.
///
/// # Errors
/// 404, as for a practitioner who does not exist.
pub fn check_may_know(tx: &mut Tx, practitioner: Id, caller: Id) -> Result<()> {
    if practitioner != caller && are_in_conflict(tx, practitioner, caller)? { Err(Error::not_found()) } else { Ok(()) }
}

fn ids(found: Vec<Found>) -> Vec<Id> {
    found.into_iter().map(|found| found.id).collect()
}

/// An `IN` condition with the ids as literals. Ids are the only values that are formatted into a statement.
fn id_list(practitioners: &[Id]) -> String {
    format!("IN ({})", practitioners.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", "))
}

/// Selects blocked colleagues and the staff they match, with the entry: by account, by registration and by name. An entry matches
/// every member of staff who ever had the registration or name, and those who get it later.
fn blocked_staff_query(practitioner: &str, staff: &str) -> String {
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

/// Selects practitioners and the staff accounts of the same person.
fn same_person_query(practitioner: &str, staff: &str) -> String {
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

/// Selects the conflicts for other reasons than blocking. The statement must define `same_person`.
fn other_conflicts_query(practitioner: &str, staff: &str) -> String {
    let service_colleagues = service_colleagues_query(staff);
    format!(
        "SELECT p.id AS practitioner, m.account_id AS account FROM practitioners p \
         JOIN account_marks m ON m.value_index = p.employer_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE p.id {practitioner} AND m.account_id {staff} \
         UNION ALL SELECT o.account_id, m.account_id FROM account_marks o \
         JOIN account_marks m ON m.value_index = o.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE o.kind = 'employer' AND NOT o.lapsed AND o.account_id {practitioner} AND m.account_id {staff} \
         UNION ALL {service_colleagues}"
    )
}

/// Selects the conflicts of those in `same_person` that follow from working for the service: with themselves, with staff of the
/// same employer, and, for those the service itself employs, with its clinicians and call handlers without another employer.
/// Employers are counted, because PostgreSQL then uses the index of an account; for `NOT EXISTS` it would read the index of all
/// employers.
fn service_colleagues_query(staff: &str) -> String {
    format!(
        "SELECT practitioner, account FROM same_person WHERE account {staff} \
         UNION ALL SELECT o.practitioner, m.account_id FROM same_person o \
         JOIN account_marks e ON e.account_id = o.account AND e.kind = 'employer' \
         JOIN account_marks m ON m.value_index = e.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE m.account_id {staff} \
         UNION ALL SELECT o.practitioner, c.id FROM same_person o CROSS JOIN accounts c \
         WHERE c.role IN ('clinician', 'call_handler') AND c.id {staff} \
         AND 0 = (SELECT COUNT(*) FROM account_marks e WHERE e.account_id = o.account AND e.kind = 'employer' \
             AND e.held_until IS NULL) \
         AND 0 = (SELECT COUNT(*) FROM account_marks e WHERE e.account_id = c.id AND e.kind = 'employer' \
             AND e.held_until IS NULL)"
    )
}

/// The beginning of a statement that reads practitioners and the accounts they must not meet from `conflicts`.
fn conflicts_query(practitioner: &str, staff: &str) -> String {
    let (same, blocked, other) = (
        same_person_query(practitioner, ANY),
        blocked_staff_query(practitioner, staff),
        other_conflicts_query(practitioner, staff),
    );
    format!(
        "WITH same_person AS ({same}), \
         conflicts AS (SELECT practitioner, account FROM ({blocked}) blocked UNION ALL {other})"
    )
}
