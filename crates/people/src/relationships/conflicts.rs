//! Conflicts between practitioners and staff. This is the only module that decides which of them must not meet.
//!
//! A practitioner and a member of staff are in conflict when the practitioner has blocked them, by account or by any name or
//! registration that the member of staff has or had; when both work for one employer, or did until a year ago
//! ([`COLLEAGUE_PERIOD_AFTER_LEAVING`](crate::accounts::identity::COLLEAGUE_PERIOD_AFTER_LEAVING)); when the two are the same
//! person; and when the practitioner works for the service and the member of staff is a colleague of theirs in the service. The
//! employer of a trust's site is the trust ([`employer_index`](crate::accounts::identity::employer_index)).
//!
//! Two accounts are the same person when they share a registration or a name that may belong to one person
//! ([`names`](platform::names)). Colleagues in the service are those with the same employer, and, for a practitioner employed by
//! the service itself, its clinicians and call handlers without another employer; someone who gets another employer still counts for a
//! year, on either side. Its coordinators do not count as colleagues: a practitioner who works for the service needs a coordinator too.
//!
//! Both get 404 for each other, and lists leave them out. That applies to staff of every role: each operation that takes the id
//! of a practitioner, or of something that belongs to one, calls [`permit`](super::permit()) as soon as it knows the practitioner.
//! Lists leave out what [`everyone_excluded_from`] or [`practitioners_excluded_from`] returns. Messages about a
//! practitioner go to [`permitted_staff`]. The contact line uses [`blocked_or_same_person`]: its staff may answer a caller of their
//! own employer. So do groups, where people of one employer may agree to meet.
//!
//! The database has no index that is equal for a practitioner and a member of staff. What practitioners stated is read and opened first
//! (`stated_values.rs`), and a second statement compares it with staff.

use std::collections::BTreeSet;

use diesel::QueryableByName;
use diesel::prelude::*;

use super::stated_values::{self, KnownValue, StaffIndexes, id_list};
use crate::accounts::model::Role;
use crate::schema::accounts;
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::seal::{log_unreadable, readable_or_none};

/// How many practitioners one statement may be about.
const CHUNK: usize = 100;

/// No condition on a column.
const ANY: &str = "IS NOT NULL";

/// The names of staff among the kinds of identity entries.
const STAFF_NAMES: &str = "('account_name', 'directory_name')";

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
    /// True when the entry names the account itself.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    picked: bool,
}

/// What is known of one practitioner, for the statements about them.
pub(super) struct Subject {
    practitioner: Id,
    values: Vec<KnownValue>,
}

impl Subject {
    /// Reads what is known of a practitioner.
    ///
    /// # Errors
    /// When a value cannot be opened: then it is not known who must be kept away.
    pub(super) fn read(tx: &mut Tx, practitioner: Id) -> Result<Self> {
        Ok(Self { practitioner, values: stated_values::values_of_one(tx, practitioner)? })
    }

    /// The same without what they state about themselves since a later time: as if they had not changed it.
    pub(super) fn stated_until(mut self, until: UtcTime) -> Self {
        self.values.retain(|value| value.entry.is_some() || value.since <= until);
        self
    }

    pub(super) fn values(&self) -> &[KnownValue] {
        &self.values
    }

    /// The definition of the table of their values in a statement.
    fn table(&self, tx: &Tx) -> String {
        stated_values::table(tx.conn, self.values.iter().map(|value| (self.practitioner, value)))
    }

    /// Their staff accounts, if they work for the service.
    pub(super) fn staff_accounts(&self, tx: &mut Tx) -> Result<Vec<Id>> {
        let statement =
            format!("WITH {} SELECT DISTINCT account AS id FROM ({}) same_person", self.table(tx), same_person_query(ANY));
        load_ids(tx, statement)
    }

    /// Their staff accounts, if they work for the service, and those of their colleagues in the service. They must not meet even where
    /// people with the same employer may agree to meet.
    pub(super) fn service_colleagues(&self, tx: &mut Tx) -> Result<Vec<Id>> {
        let statement = format!(
            "WITH {}, same_person AS ({}) SELECT DISTINCT account AS id FROM ({}) service_colleagues",
            self.table(tx),
            same_person_query(ANY),
            service_colleagues_query(ANY)
        );
        load_ids(tx, statement)
    }
}

/// The staff that a practitioner must not meet. While a value of the practitioner cannot be opened, these are all staff: it is not
/// known who is blocked.
pub fn staff_excluded_for(tx: &mut Tx, practitioner: Id) -> Result<Vec<Id>> {
    let Some(subject) = readable_or_none(Subject::read(tx, practitioner))? else {
        return Ok(accounts::table.filter(accounts::role.ne(Role::Practitioner)).select(accounts::id).load(tx.conn)?);
    };
    let statement = format!("{} SELECT DISTINCT account AS id FROM conflicts", conflicts_query(&subject.table(tx), "= $1", ANY));
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    Ok(ids(found))
}

/// True when this practitioner and this member of staff must not meet, as in [`staff_excluded_for`].
pub fn are_in_conflict(tx: &mut Tx, practitioner: Id, staff: Id) -> Result<bool> {
    let Some(subject) = readable_or_none(Subject::read(tx, practitioner))? else { return Ok(true) };
    let statement =
        format!("{} SELECT account AS id FROM conflicts LIMIT 1", conflicts_query(&subject.table(tx), "= $1", "= $2"));
    let found: Vec<Found> =
        diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(!found.is_empty())
}

/// The practitioners in `among` that a member of staff must not meet. A practitioner with a value that cannot be opened is one of
/// them: who is blocked is not known.
pub fn practitioners_excluded_from(tx: &mut Tx, staff: Id, among: &[Id]) -> Result<Vec<Id>> {
    let mut excluded = BTreeSet::new();
    for chunk in among.chunks(CHUNK) {
        let mut readable = Vec::new();
        for (practitioner, values) in stated_values::values_of(tx, chunk)? {
            match values {
                Ok(values) => readable.push((practitioner, values)),
                Err(error) => {
                    log_unreadable(error)?;
                    excluded.insert(practitioner);
                }
            }
        }
        let pairs = readable.iter().flat_map(|(practitioner, values)| values.iter().map(|value| (*practitioner, value)));
        let table = stated_values::table(tx.conn, pairs);
        let query = conflicts_query(&table, &id_list(chunk), "= $1");
        let statement = format!("{query} SELECT DISTINCT practitioner AS id FROM conflicts");
        let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
        excluded.extend(ids(found));
    }
    Ok(excluded.into_iter().collect())
}

/// Every practitioner that a member of staff must not meet, for lists that leave them out. Of those with a value that cannot be opened
/// only damaged employers are found here: before a list shows its rows, it asks about their practitioners
/// ([`Protected::permit_each`](super::Protected::permit_each) or [`practitioners_excluded_from`]).
pub fn everyone_excluded_from(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let mut excluded: BTreeSet<Id> = blocked_or_same_person(tx, staff)?.into_iter().collect();
    excluded.extend(stated_values::practitioners_with_employer_of(tx, staff)?);
    let mut colleagues = StaffIndexes::default();
    for colleague in colleagues_of(tx, staff)? {
        // Who a colleague with a damaged name is as a practitioner cannot be found out here, but again before a row is shown: the
        // statement about one practitioner compares stored indexes.
        readable_or_none(colleagues.add(tx, colleague))?;
    }
    excluded.extend(load_ids(tx, same_person_as(&colleagues))?);
    Ok(excluded.into_iter().collect())
}

/// The staff accounts that [`service_colleagues_query`] counts as colleagues of a member of staff.
fn colleagues_of(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let (both, one) = (works_for_the_service("o.id"), works_for_the_service("c.id"));
    let statement = format!(
        "SELECT e.account_id AS id FROM identity_entries m \
         JOIN identity_entries e ON e.value_index = m.value_index AND e.kind = 'employer' \
         JOIN accounts a ON a.id = e.account_id AND a.role <> 'practitioner' \
         WHERE m.account_id = $1 AND m.kind = 'employer' AND NOT m.lapsed \
         UNION SELECT o.id FROM accounts o CROSS JOIN accounts c \
         WHERE c.id = $1 AND c.role IN ('clinician', 'call_handler') AND o.role IN ('clinician', 'call_handler', 'coordinator', \
             'hub_coordinator', 'commissioner', 'privacy_officer', 'administrator') \
         AND {both} AND {one}"
    );
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(ids(found))
}

/// The practitioners who have blocked a member of staff or are the same person: where an employer counts too, use
/// [`everyone_excluded_from`].
pub fn blocked_or_same_person(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let mut of_staff = StaffIndexes::default();
    of_staff.add(tx, staff)?;
    let statement = format!(
        "SELECT practitioner_id AS id FROM blocked_colleagues WHERE clinician_id = $1 \
         UNION SELECT practitioner_id FROM blocked_colleagues WHERE registration_index {} \
         UNION SELECT practitioner_id FROM blocked_colleagues WHERE name_index {} \
         UNION SELECT b.practitioner_id FROM blocked_colleague_keys k JOIN blocked_colleagues b ON b.id = k.blocked_id \
         WHERE k.value_index {} UNION {}",
        index_list(&of_staff.blocked_registrations),
        index_list(&of_staff.blocked_name_pairs),
        index_list(&of_staff.blocked_names),
        same_person_as(&of_staff),
    );
    let found: Vec<Found> = diesel::sql_query(statement).bind::<sql::Id, _>(staff).load(tx.conn)?;
    Ok(ids(found))
}

/// Selects the practitioners who are the same person as a member of staff with these names and registrations.
fn same_person_as(of_staff: &StaffIndexes) -> String {
    format!(
        "SELECT account_id AS id FROM identity_entries WHERE value_index {} AND kind = 'own_registration' \
         UNION SELECT account_id FROM identity_entries WHERE value_index {} AND kind = 'legal_name' \
         UNION SELECT m.account_id FROM identity_entry_keys k JOIN identity_entries m ON m.id = k.entry_id \
         WHERE k.value_index {} AND m.kind = 'legal_name'",
        index_list(&of_staff.practitioner_registrations),
        index_list(&of_staff.practitioner_name_pairs),
        index_list(&of_staff.practitioner_names),
    )
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

/// The entries of a practitioner's blocked colleagues that name an account, or currently match a clinician they could otherwise find
/// in the directory. It reveals no more than the directory does: of the others, staff who are in conflict with the practitioner for
/// another reason or who have left do not count, nor do clinicians who are not listed. An entry that names an account always counts,
/// so that it does not show when the colleague leaves or changes employer. None match while a value of the practitioner cannot be
/// opened.
pub fn matched_entries(tx: &mut Tx, practitioner: Id, listed: fn(&mut Tx, &[Id]) -> Result<Vec<Id>>) -> Result<Vec<Id>> {
    let Some(subject) = readable_or_none(Subject::read(tx, practitioner))? else { return Ok(Vec::new()) };
    let statement = format!(
        "WITH {}, same_person AS ({}), blocked AS ({}), other_conflicts AS ({}), \
         matches AS (SELECT DISTINCT b.entry AS entry, b.account AS account, a.active AS active, \
             EXISTS (SELECT 1 FROM blocked_colleagues c WHERE c.id = b.entry AND c.clinician_id = b.account) AS picked \
             FROM blocked b JOIN accounts a ON a.id = b.account) \
         SELECT m.entry AS entry, m.account AS account, m.picked AS picked FROM matches m \
         WHERE m.picked OR (m.active AND NOT EXISTS (SELECT 1 FROM other_conflicts o WHERE o.account = m.account))",
        subject.table(tx),
        same_person_query(ANY),
        blocked_staff_query("= $1", ANY),
        other_conflicts_query(ANY)
    );
    let found: Vec<Match> = diesel::sql_query(statement).bind::<sql::Id, _>(practitioner).load(tx.conn)?;
    let listed = listed(tx, &found.iter().map(|found| found.account).collect::<Vec<_>>())?;
    let entries: BTreeSet<Id> =
        found.iter().filter(|found| found.picked || listed.contains(&found.account)).map(|found| found.entry).collect();
    Ok(entries.into_iter().collect())
}

fn load_ids(tx: &mut Tx, statement: String) -> Result<Vec<Id>> {
    let found: Vec<Found> = diesel::sql_query(statement).load(tx.conn)?;
    Ok(ids(found))
}

fn ids(found: Vec<Found>) -> Vec<Id> {
    found.into_iter().map(|found| found.id).collect()
}

/// An `IN` condition with indexes as literals; one that is never true when there are none.
fn index_list(indexes: &BTreeSet<String>) -> String {
    let literals: Vec<String> = indexes.iter().map(|index| format!("'{index}'")).collect();
    format!("IN ({})", if literals.is_empty() { "''".to_owned() } else { literals.join(", ") })
}

/// Selects blocked colleagues and the staff they match, with the entry: by account, by registration and by name. An entry matches
/// every member of staff who ever had the registration or name, and those who get it later.
fn blocked_staff_query(practitioner: &str, staff: &str) -> String {
    format!(
        "SELECT b.practitioner_id AS practitioner, b.clinician_id AS account, b.id AS entry FROM blocked_colleagues b \
         WHERE b.practitioner_id {practitioner} AND b.clinician_id {staff} \
         UNION ALL SELECT o.practitioner, m.account_id, o.entry FROM known o \
         JOIN identity_entries m ON m.value_index = o.value_index AND m.kind = 'registration' \
         WHERE o.kind = 'blocked_registration' AND m.account_id {staff} \
         UNION ALL SELECT o.practitioner, m.account_id, o.entry FROM known o \
         JOIN identity_entry_keys k ON k.value_index = o.value_index \
         JOIN identity_entries m ON m.id = k.entry_id AND m.kind IN {STAFF_NAMES} \
         WHERE o.kind = 'blocked_name' AND m.account_id {staff} \
         UNION ALL SELECT o.practitioner, m.account_id, o.entry FROM known o \
         JOIN identity_entries m ON m.value_index = o.value_index AND m.kind IN {STAFF_NAMES} \
         WHERE o.kind = 'blocked_name_pair' AND m.account_id {staff}"
    )
}

/// Selects practitioners and the staff accounts of the same person.
fn same_person_query(staff: &str) -> String {
    format!(
        "SELECT o.practitioner AS practitioner, s.account_id AS account FROM known o \
         JOIN identity_entries s ON s.value_index = o.value_index AND s.kind = 'registration' \
         WHERE o.kind = 'registration' AND s.account_id {staff} \
         UNION SELECT o.practitioner, s.account_id FROM known o \
         JOIN identity_entry_keys k ON k.value_index = o.value_index \
         JOIN identity_entries s ON s.id = k.entry_id AND s.kind IN {STAFF_NAMES} \
         WHERE o.kind = 'name' AND s.account_id {staff} \
         UNION SELECT o.practitioner, s.account_id FROM known o \
         JOIN identity_entries s ON s.value_index = o.value_index AND s.kind IN {STAFF_NAMES} \
         WHERE o.kind = 'name_pair' AND s.account_id {staff}"
    )
}

/// Selects the conflicts for other reasons than blocking. The statement must define `same_person`.
fn other_conflicts_query(staff: &str) -> String {
    let service_colleagues = service_colleagues_query(staff);
    format!(
        "SELECT o.practitioner AS practitioner, m.account_id AS account FROM known o \
         JOIN identity_entries m ON m.value_index = o.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE o.kind = 'employer' AND m.account_id {staff} \
         UNION ALL {service_colleagues}"
    )
}

/// Selects the conflicts of those in `same_person` that follow from working for the service: with themselves, with staff of the
/// same employer, and, for those the service itself employs, with its clinicians and call handlers without another employer.
fn service_colleagues_query(staff: &str) -> String {
    let (both, one) = (works_for_the_service("o.account"), works_for_the_service("c.id"));
    format!(
        "SELECT practitioner, account FROM same_person WHERE account {staff} \
         UNION ALL SELECT o.practitioner, m.account_id FROM same_person o \
         JOIN identity_entries e ON e.account_id = o.account AND e.kind = 'employer' \
         JOIN identity_entries m ON m.value_index = e.value_index AND m.kind = 'employer' AND NOT m.lapsed \
         WHERE m.account_id {staff} \
         UNION ALL SELECT o.practitioner, c.id FROM same_person o CROSS JOIN accounts c \
         WHERE c.role IN ('clinician', 'call_handler') AND c.id {staff} AND {both} AND {one}"
    )
}

/// The condition that a member of staff works for the service itself, without another employer, or did until a year ago. Entries are
/// counted, because PostgreSQL then uses the index of an account; for `NOT EXISTS` it would read the index of all employers.
fn works_for_the_service(account: &str) -> String {
    format!(
        "(0 = (SELECT COUNT(*) FROM identity_entries e WHERE e.account_id = {account} AND e.kind = 'employer' \
             AND e.held_until IS NULL) \
         OR 0 < (SELECT COUNT(*) FROM identity_entries e WHERE e.account_id = {account} AND e.kind = 'service_employment' \
             AND NOT e.lapsed))"
    )
}

/// The beginning of a statement that reads practitioners and the accounts they must not meet from `conflicts`. `known` is the
/// definition of the table of their values.
fn conflicts_query(known: &str, practitioner: &str, staff: &str) -> String {
    let (same, blocked, other) = (same_person_query(ANY), blocked_staff_query(practitioner, staff), other_conflicts_query(staff));
    format!(
        "WITH {known}, same_person AS ({same}), \
         conflicts AS (SELECT practitioner, account FROM ({blocked}) blocked UNION ALL {other})"
    )
}
