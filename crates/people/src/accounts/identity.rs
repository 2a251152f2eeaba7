//! The identity of a person: names, registration number, employer. Every entry stays in the identity history with the time for
//! which it applied and who set it, so that a later change does not undo a decision based on it: a colleague who was blocked by
//! name stays blocked under a new name.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::schema::{account_mark_keys, account_marks};
use platform::Tx;
use platform::db::types::sql;
use platform::error::Result;
use platform::ids::{Id, UtcTime};
use platform::names;
use platform::on;
use platform::private::Private;
use platform::seal::{Place, Sealer};

const VALUE: &str = "account_marks.value";

/// How long people count as colleagues after one of them has left the employer. Handovers, shared rotas and friendships at work
/// last about as long as a trainee's rotation of one year.
pub const COLLEAGUE_PERIOD_AFTER_LEAVING: TimeDelta = TimeDelta::days(365);

/// Entries read in one statement at start-up.
const BATCH: i64 = 500;

platform::string_enum! {
    /// The kind of an identity entry. Names and registrations of staff and of practitioners are different kinds, so that no list
    /// mixes them.
    pub enum IdentityKind {
        /// Staff: the name of the account.
        AccountName = "account_name",
        /// Staff: the name in the directory of clinicians.
        DirectoryName = "entry_name",
        /// Staff: register and number.
        Registration = "registration",
        /// Staff and practitioners: the employer's code.
        Employer = "employer",
        /// Staff: a clinician's discipline. No conflict is found by it; the history has it because it decides what they may
        /// prescribe.
        Discipline = "discipline",
        /// Practitioners: the legal name.
        LegalName = "legal_name",
        /// Practitioners: register and number.
        PractitionerRegistration = "own_registration",
    }
}

impl IdentityKind {
    const NAMES: [Self; 3] = [Self::AccountName, Self::DirectoryName, Self::LegalName];

    fn is_name(self) -> bool {
        Self::NAMES.contains(&self)
    }

    /// The purpose of the blind index, which separates the indexes of different kinds of value. The two registrations share
    /// one, and so do all names.
    const fn purpose(self) -> &'static str {
        match self {
            Self::AccountName | Self::DirectoryName | Self::LegalName => "name",
            Self::Registration | Self::PractitionerRegistration => "registration",
            Self::Employer => "employer",
            Self::Discipline => "discipline",
        }
    }
}

/// Sets the current value of one kind for an account and ends the one before; `None` for no value. Nothing changes when the value
/// is the current one.
pub fn set_current(tx: &mut Tx, account: Id, kind: IdentityKind, value: Option<&str>, by: Option<Id>) -> Result<()> {
    let current: Option<(Id, Vec<u8>, UtcTime)> = account_marks::table
        .filter(account_marks::account_id.eq(account))
        .filter(account_marks::kind.eq(kind))
        .filter(account_marks::held_until.is_null())
        .select((account_marks::id, account_marks::value, account_marks::held_from))
        .get_result(tx.conn)
        .optional()?;
    let value = value.map(str::trim);
    if let Some((id, sealed, from)) = current {
        if value == Some(tx.sealer.open_text(Place(VALUE, id), &sealed)?.as_str()) {
            return Ok(());
        }
        end(tx, id, by, tx.now.max(from))?;
    }
    let Some(value) = value else { return Ok(()) };
    let (index, pairs) = indexes(tx.sealer, kind, value);
    let id = insert(tx, account, kind, (value, index), by, tx.now)?;
    add_name_pairs(tx, id, pairs)
}

fn end(tx: &mut Tx, entry: Id, by: Option<Id>, at: UtcTime) -> Result<()> {
    diesel::update(account_marks::table.find(entry))
        .set((account_marks::held_until.eq(Some(at)), account_marks::ended_by.eq(by)))
        .execute(tx.conn)?;
    Ok(())
}

fn insert(
    tx: &mut Tx,
    account: Id,
    kind: IdentityKind,
    (value, index): (&str, String),
    by: Option<Id>,
    from: UtcTime,
) -> Result<Id> {
    let id = Id::new(from);
    diesel::insert_into(account_marks::table)
        .values((
            account_marks::id.eq(id),
            account_marks::account_id.eq(account),
            account_marks::kind.eq(kind),
            account_marks::value.eq(tx.sealer.seal_text(Place(VALUE, id), value)?),
            account_marks::value_index.eq(index),
            account_marks::form.eq(names::COMPARISON_VERSION),
            account_marks::held_from.eq(from),
            account_marks::lapsed.eq(false),
            account_marks::set_by.eq(by),
        ))
        .execute(tx.conn)?;
    Ok(id)
}

/// The blind index of an employer.
pub fn employer_index(sealer: &Sealer, code: &str) -> String {
    sealer.blind_index(IdentityKind::Employer.purpose(), code)
}

/// Sets the current employers of a member of staff: for each the blind index, and the code where it is known. A hub coordinator
/// of several hubs may have several employers at once.
pub fn set_employers(tx: &mut Tx, account: Id, employers: &[(String, Option<String>)], by: Option<Id>) -> Result<()> {
    let current: Vec<(Id, String, UtcTime)> = account_marks::table
        .filter(account_marks::account_id.eq(account))
        .filter(account_marks::kind.eq(IdentityKind::Employer))
        .filter(account_marks::held_until.is_null())
        .select((account_marks::id, account_marks::value_index, account_marks::held_from))
        .load(tx.conn)?;
    for (id, _, from) in current.iter().filter(|(_, index, _)| !employers.iter().any(|(new, _)| new == index)) {
        end(tx, *id, by, tx.now.max(*from))?;
    }
    let mut known: Vec<&String> = current.iter().map(|(_, index, _)| index).collect();
    for (index, code) in employers {
        if !known.contains(&index) {
            let code = code.as_deref().unwrap_or_default();
            insert(tx, account, IdentityKind::Employer, (code, index.clone()), by, tx.now)?;
            known.push(index);
        }
    }
    Ok(())
}

fn indexes(sealer: &Sealer, kind: IdentityKind, value: &str) -> (String, Vec<String>) {
    if kind.is_name() { names::indexes(sealer, value) } else { (sealer.blind_index(kind.purpose(), value), Vec::new()) }
}

fn add_name_pairs(tx: &mut Tx, entry: Id, pairs: Vec<String>) -> Result<()> {
    let rows: Vec<_> =
        pairs.into_iter().map(|index| (account_mark_keys::mark_id.eq(entry), account_mark_keys::value_index.eq(index))).collect();
    if !rows.is_empty() {
        on!(tx.conn, |inner| diesel::insert_into(account_mark_keys::table).values(&rows).execute(inner))?;
    }
    Ok(())
}

/// An entry of the identity history.
#[derive(Debug, Clone)]
pub struct IdentityEntry {
    pub id: Id,
    pub kind: IdentityKind,
    /// The value; `None` where only its blind index is known.
    pub value: Option<Private<String>>,
    /// When it began to apply.
    pub from: UtcTime,
    /// When it ceased to apply; `None` for the current value.
    pub until: Option<UtcTime>,
    /// True for an employer that the person left so long ago that it causes no conflict any more.
    pub lapsed: bool,
    /// The account that set it; `None` where the service took it from older data.
    pub set_by: Option<Id>,
    /// The account that changed or removed it.
    pub ended_by: Option<Id>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = account_marks)]
struct Row {
    id: Id,
    kind: IdentityKind,
    value: Vec<u8>,
    held_from: UtcTime,
    held_until: Option<UtcTime>,
    lapsed: bool,
    set_by: Option<Id>,
    ended_by: Option<Id>,
}

impl Row {
    fn unseal(self, sealer: &Sealer) -> Result<IdentityEntry> {
        let value = sealer.open_text(Place(VALUE, self.id), &self.value)?;
        Ok(IdentityEntry {
            id: self.id,
            kind: self.kind,
            value: Some(value).filter(|value| !value.is_empty()).map(Private::new),
            from: self.held_from,
            until: self.held_until,
            lapsed: self.lapsed,
            set_by: self.set_by,
            ended_by: self.ended_by,
        })
    }
}

/// The identity history of an account, the newest entry first, before `before`; an error for each entry that cannot be decrypted.
pub fn history(tx: &mut Tx, account: Id, before: Option<Id>, limit: i64) -> Result<Vec<(Id, Result<IdentityEntry>)>> {
    let mut query = account_marks::table.filter(account_marks::account_id.eq(account)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(account_marks::id.lt(before));
    }
    let rows: Vec<Row> = query.order(account_marks::id.desc()).limit(limit).load(tx.conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row.unseal(tx.sealer))).collect())
}

/// Records who created an account, in the entries that it was created with.
pub fn set_creator(tx: &mut Tx, account: Id, by: Id) -> Result<()> {
    diesel::update(account_marks::table.filter(account_marks::account_id.eq(account)).filter(account_marks::set_by.is_null()))
        .set(account_marks::set_by.eq(Some(by)))
        .execute(tx.conn)?;
    Ok(())
}

/// Marks the employers that people left more than [`COLLEAGUE_PERIOD_AFTER_LEAVING`] ago as lapsed; returns how many.
pub fn lapse_former_employers(tx: &mut Tx) -> Result<usize> {
    // Written as SQL text, so that the partial index over former employers that have not lapsed is used.
    let statement = "UPDATE account_marks SET lapsed = TRUE \
        WHERE NOT lapsed AND kind = 'employer' AND held_until IS NOT NULL AND held_until <= $1";
    Ok(diesel::sql_query(statement).bind::<sql::UtcTime, _>(tx.now - COLLEAGUE_PERIOD_AFTER_LEAVING).execute(tx.conn)?)
}

/// Indexes again the names that were indexed for an earlier version of the comparison; returns how many.
pub fn reindex_names(tx: &mut Tx) -> Result<usize> {
    let mut renewed = 0;
    loop {
        let rows: Vec<(Id, IdentityKind, Vec<u8>)> = account_marks::table
            .filter(account_marks::form.lt(names::COMPARISON_VERSION))
            .select((account_marks::id, account_marks::kind, account_marks::value))
            .limit(BATCH)
            .load(tx.conn)?;
        if rows.is_empty() {
            return Ok(renewed);
        }
        for (id, kind, sealed) in rows {
            let (index, pairs) = indexes(tx.sealer, kind, &tx.sealer.open_text(Place(VALUE, id), &sealed)?);
            diesel::delete(account_mark_keys::table.filter(account_mark_keys::mark_id.eq(id))).execute(tx.conn)?;
            diesel::update(account_marks::table.find(id))
                .set((account_marks::value_index.eq(index), account_marks::form.eq(names::COMPARISON_VERSION)))
                .execute(tx.conn)?;
            add_name_pairs(tx, id, pairs)?;
            renewed += 1;
        }
    }
}
