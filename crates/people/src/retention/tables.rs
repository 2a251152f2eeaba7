//! The tables with rows about practitioners. Each crate lists its own as a constant, in the order in which their rows are deleted, and the
//! program puts the lists together, highest crate first.

use std::collections::BTreeMap;

use diesel::QueryableByName;
use diesel::prelude::*;

use platform::Tx;
use platform::db::types::sql;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::refusal::Reason;

/// How many ids one statement names.
const CHUNK: usize = 500;

/// A table with rows about practitioners, and what becomes of those rows when a record is destroyed.
///
/// ```text
/// RecordTable::of_rows("follow_up_contacts", "follow_up_id", "follow_ups").entered(&["at"]),
/// RecordTable::of_practitioner("follow_ups", "practitioner_id").entered(&["updated_at"]),
/// ```
#[derive(Debug, Clone, Copy)]
pub struct RecordTable {
    name: &'static str,
    /// The column by which the rows are found.
    key: &'static str,
    of: Of,
    /// Columns with the times of entries.
    times: &'static [&'static str],
    ends: Ends,
    /// Whether messages are about its rows.
    is_subject: bool,
}

/// Whose rows a table has.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// The key is the practitioner.
    Practitioner,
    /// The key is a row of the table with this name, which has the practitioner.
    Rows(&'static str),
}

#[derive(Debug, Clone, Copy)]
enum Ends {
    /// The rows are deleted.
    Deleted,
    /// They go with the row that they belong to, by the foreign key.
    WithOwner,
    /// They stay without the practitioner: the assignments that remove what is theirs.
    Cleared(&'static str),
}

impl RecordTable {
    /// A table whose rows name the practitioner in this column.
    pub const fn of_practitioner(name: &'static str, key: &'static str) -> Self {
        Self { name, key, of: Of::Practitioner, times: &[], ends: Ends::Deleted, is_subject: false }
    }

    /// A table whose rows name in this column a row of another table, which names the practitioner. That table has the column `id`.
    pub const fn of_rows(name: &'static str, key: &'static str, owner: &'static str) -> Self {
        Self { name, key, of: Of::Rows(owner), times: &[], ends: Ends::Deleted, is_subject: false }
    }

    /// The columns with the times at which something was entered in the record, or at which there was contact.
    #[must_use]
    pub const fn entered(self, times: &'static [&'static str]) -> Self {
        Self { times, ..self }
    }

    /// Says that the rows are deleted with those that they belong to (`ON DELETE CASCADE`).
    #[must_use]
    pub const fn deleted_with_owner(self) -> Self {
        Self { ends: Ends::WithOwner, ..self }
    }

    /// Says that the rows stay without what these assignments remove.
    #[must_use]
    pub const fn cleared(self, assignments: &'static str) -> Self {
        Self { ends: Ends::Cleared(assignments), ..self }
    }

    /// Says that messages to staff are about its rows, which have the column `id`. Those to which other rows belong need not say so.
    #[must_use]
    pub const fn subject_of_messages(self) -> Self {
        Self { is_subject: true, ..self }
    }

    /// The name of the table.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Says why a practitioner is in care now; none for one who is not.
pub type WhyInUse = fn(&mut Tx, Id) -> Result<Option<Reason>>;

/// What the end of records needs from all crates, as the program puts it together.
#[derive(Debug, Clone, Copy)]
pub struct RetentionHandlers {
    /// The tables in the order in which their rows are deleted.
    pub tables: &'static [&'static [RecordTable]],
    /// Whether a practitioner is in care now, so that their record is not destroyed.
    pub in_use: &'static [WhyInUse],
    /// What is erased before the tables, because its rows are not all the practitioner's.
    pub erase_before: &'static [fn(&mut Tx, Id) -> Result<()>],
}

impl RetentionHandlers {
    /// Every table, in order.
    pub fn all_tables(&self) -> impl Iterator<Item = &'static RecordTable> + use<> {
        self.tables.iter().flat_map(|tables| tables.iter())
    }

    /// Why the record of a practitioner is in use now, if it is.
    pub(super) fn use_of(&self, tx: &mut Tx, practitioner: Id) -> Result<Option<Reason>> {
        for in_use in self.in_use {
            if let Some(reason) = in_use(tx, practitioner)? {
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    /// The rows of a practitioner.
    pub(super) fn rows_of(&self, tx: &mut Tx, practitioner: Id) -> Result<RecordRows> {
        let mut owners: BTreeMap<&'static str, Vec<Id>> = BTreeMap::new();
        for table in self.all_tables() {
            let owner = match table.of {
                Of::Rows(owner) => owner,
                Of::Practitioner if table.is_subject => table.name,
                Of::Practitioner => continue,
            };
            if owners.contains_key(owner) {
                continue;
            }
            let named = self.all_tables().find(|table| table.name == owner && matches!(table.of, Of::Practitioner));
            let Some(named) = named else { return Err(Error::internal("a table belongs to one that is not listed")) };
            let statement = format!("SELECT id FROM {owner} WHERE {} = '{practitioner}'", named.key);
            let found: Vec<FoundId> = diesel::sql_query(statement).load(tx.conn)?;
            owners.insert(owner, found.into_iter().map(|found| found.id).collect());
        }
        Ok(RecordRows { practitioner, owners })
    }

    /// The time of the last entry in a record, or of the last contact. None while there is none.
    pub(super) fn last_entry(&self, tx: &mut Tx, practitioner: Id) -> Result<Option<UtcTime>> {
        let (rows, mut last) = (self.rows_of(tx, practitioner)?, None);
        for table in self.all_tables() {
            for condition in rows.conditions(table) {
                for column in table.times {
                    let statement = format!("SELECT MAX({column}) AS at FROM {} WHERE {condition}", table.name);
                    let found: Vec<Latest> = diesel::sql_query(statement).load(tx.conn)?;
                    last = found.into_iter().filter_map(|found| found.at).chain(last).max();
                }
            }
        }
        Ok(last)
    }

    /// Deletes or clears all rows of a practitioner; returns how many of each table, for tables with any.
    pub(super) fn delete(&self, tx: &mut Tx, rows: &RecordRows) -> Result<BTreeMap<&'static str, usize>> {
        let mut counts = BTreeMap::new();
        // Before anything goes with the row that it belongs to.
        for table in self.all_tables().filter(|table| matches!(table.ends, Ends::WithOwner)) {
            for condition in rows.conditions(table) {
                let statement = format!("SELECT COUNT(*) AS counted FROM {} WHERE {condition}", table.name);
                let found: Vec<Counted> = diesel::sql_query(statement).load(tx.conn)?;
                let counted = found.first().map_or(0, |found| usize::try_from(found.counted).unwrap_or_default());
                add(&mut counts, table.name, counted);
            }
        }
        for table in self.all_tables() {
            for condition in rows.conditions(table) {
                let statement = match table.ends {
                    Ends::WithOwner => continue,
                    Ends::Deleted => format!("DELETE FROM {} WHERE {condition}", table.name),
                    Ends::Cleared(assignments) => format!("UPDATE {} SET {assignments} WHERE {condition}", table.name),
                };
                let done = diesel::sql_query(statement).execute(tx.conn)?;
                add(&mut counts, table.name, done);
            }
        }
        Ok(counts)
    }
}

/// Adds to the count of a table.
pub(super) fn add(counts: &mut BTreeMap<&'static str, usize>, table: &'static str, rows: usize) {
    if rows > 0 {
        *counts.entry(table).or_default() += rows;
    }
}

/// The rows of one practitioner to which other rows belong, or that messages are about.
#[derive(Debug)]
pub(super) struct RecordRows {
    practitioner: Id,
    owners: BTreeMap<&'static str, Vec<Id>>,
}

impl RecordRows {
    /// The ids of these rows, and that of the practitioner.
    pub(super) fn ids(&self) -> Vec<Id> {
        self.owners.values().flatten().copied().chain([self.practitioner]).collect()
    }

    /// Conditions that together find the practitioner's rows of a table. None where there can be none.
    fn conditions(&self, table: &RecordTable) -> Vec<String> {
        let key = table.key;
        match table.of {
            Of::Practitioner => vec![format!("{key} = '{}'", self.practitioner)],
            Of::Rows(owner) => {
                let ids = self.owners.get(owner).map_or(&[][..], Vec::as_slice);
                ids.chunks(CHUNK).map(|chunk| format!("{key} IN ({})", literals(chunk))).collect()
            }
        }
    }
}

/// Ids in a statement. Nothing else is formatted into one but names that are constants.
fn literals(ids: &[Id]) -> String {
    ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ")
}

#[derive(QueryableByName)]
struct FoundId {
    #[diesel(sql_type = sql::Id)]
    id: Id,
}

#[derive(QueryableByName)]
struct Latest {
    #[diesel(sql_type = diesel::sql_types::Nullable<sql::UtcTime>)]
    at: Option<UtcTime>,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    counted: i64,
}
