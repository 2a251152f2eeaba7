//! What practitioners stated about themselves and about the colleagues they block, as indexes that can be compared with those of staff.
//!
//! The database has indexes of these values too, but made for purposes of their own. Equal indexes would show a thief of the database,
//! who has no keys, which practitioner works for the service and which member of staff someone has blocked. So the sealed
//! values are opened and indexed as those of staff are, each time that people are compared.

use std::collections::{BTreeMap, BTreeSet};

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use serde::Deserialize;

use crate::accounts::identity::{self, IdentityKind, IndexOwner};
use crate::schema::{identity_entries, practitioners};
use platform::Tx;
use platform::db::Conn;
use platform::db::types::sql;
use platform::error::{Error, Result};
use platform::ids::{Id, UtcTime};
use platform::seal::{Place, Sealer, readable_or_none};
use reference::workforce::model::RegistrationBody;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// The practitioner's registration.
    Registration,
    /// The first and last word of a name that they have or had.
    Name,
    /// Two words of such a name.
    NamePair,
    /// Their employer, or one that they left less than a year ago.
    Employer,
    /// The registration of a blocked colleague.
    BlockedRegistration,
    /// The first and last word of the name of a blocked colleague.
    BlockedName,
    /// Two words of such a name.
    BlockedNamePair,
}

impl ValueKind {
    /// How a statement names it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Name => "name",
            Self::NamePair => "name_pair",
            Self::Employer => "employer",
            Self::BlockedRegistration => "blocked_registration",
            Self::BlockedName => "blocked_name",
            Self::BlockedNamePair => "blocked_name_pair",
        }
    }
}

/// One value, as its index under the purpose of staff.
#[derive(Debug, Clone)]
pub(super) struct KnownValue {
    pub kind: ValueKind,
    /// The entry of the blocked colleague.
    pub entry: Option<Id>,
    pub index: String,
    /// Since when the practitioner states it.
    pub since: UtcTime,
}

/// The values of practitioners; an error where one cannot be opened.
pub(super) type KnownValues = BTreeMap<Id, Result<Vec<KnownValue>>>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = sql::Id)]
    id: Id,
    #[diesel(sql_type = sql::Id)]
    practitioner: Id,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Binary)]
    sealed: Vec<u8>,
    #[diesel(sql_type = sql::UtcTime)]
    since: UtcTime,
}

/// The part of an entry of a blocked colleague by which staff are recognised.
#[derive(Deserialize)]
struct BlockedColleague {
    registration_body: Option<RegistrationBody>,
    registration_number: Option<String>,
    name: Option<String>,
}

/// The word for an entry of a blocked colleague, beside the kinds of identity entries.
const BLOCKED: &str = "blocked";

/// Reads the values of these practitioners, in one statement.
///
/// # Errors
/// When the database fails.
pub(super) fn values_of(tx: &mut Tx, practitioners: &[Id]) -> Result<KnownValues> {
    let mut known: KnownValues = practitioners.iter().map(|id| (*id, Ok(Vec::new()))).collect();
    if practitioners.is_empty() {
        return Ok(known);
    }
    let among = id_list(practitioners);
    let (name, registration, employer) =
        (IdentityKind::LegalName, IdentityKind::PractitionerRegistration, IdentityKind::Employer);
    let statement = format!(
        "SELECT m.id AS id, m.account_id AS practitioner, m.kind AS kind, m.value AS sealed, m.held_from AS since \
         FROM identity_entries m \
         WHERE m.account_id {among} AND m.kind IN ('{}', '{}', '{}') AND NOT m.lapsed \
         UNION ALL SELECT b.id, b.practitioner_id, '{BLOCKED}', b.details, b.created_at FROM blocked_colleagues b \
         WHERE b.practitioner_id {among}",
        name.as_str(),
        registration.as_str(),
        employer.as_str()
    );
    let rows: Vec<Row> = diesel::sql_query(statement).load(tx.conn)?;
    for row in rows {
        let opened = open(tx.sealer, &row);
        if let Some(Ok(values)) = known.get_mut(&row.practitioner) {
            match opened {
                Ok(more) => values.extend(more),
                Err(error) => drop(known.insert(row.practitioner, Err(error))),
            }
        }
    }
    Ok(known)
}

/// The values of one practitioner.
///
/// # Errors
/// When one cannot be opened: then it is not known who must be kept away.
pub(super) fn values_of_one(tx: &mut Tx, practitioner: Id) -> Result<Vec<KnownValue>> {
    values_of(tx, &[practitioner])?.remove(&practitioner).unwrap_or_else(|| Ok(Vec::new()))
}

fn open(sealer: &Sealer, row: &Row) -> Result<Vec<KnownValue>> {
    if row.kind == BLOCKED {
        let colleague: BlockedColleague = sealer.open_json(Place("blocked_colleagues.details", row.id), &row.sealed)?;
        return Ok(blocked(sealer, (row.id, row.since), &colleague));
    }
    let value = identity::open_value(sealer, row.id, &row.sealed)?;
    let single = |kind, index| vec![KnownValue { kind, entry: None, index, since: row.since }];
    match IdentityKind::parse_stored(&row.kind) {
        Some(IdentityKind::LegalName) => Ok(names(sealer, (None, row.since), &value, (ValueKind::Name, ValueKind::NamePair))),
        Some(IdentityKind::PractitionerRegistration) => {
            Ok(single(ValueKind::Registration, identity::registration_index(sealer, IndexOwner::Staff, &value)))
        }
        Some(IdentityKind::Employer) => Ok(single(ValueKind::Employer, identity::employer_index(sealer, &value))),
        _ => Err(Error::internal("an identity entry of another kind")),
    }
}

fn blocked(sealer: &Sealer, (entry, since): (Id, UtcTime), colleague: &BlockedColleague) -> Vec<KnownValue> {
    let registration = colleague.registration_body.zip(colleague.registration_number.as_deref()).map(|(body, number)| {
        let key = identity::registration_key(body, number);
        KnownValue {
            kind: ValueKind::BlockedRegistration,
            entry: Some(entry),
            index: identity::registration_index(sealer, IndexOwner::Staff, &key),
            since,
        }
    });
    let kinds = (ValueKind::BlockedName, ValueKind::BlockedNamePair);
    let name = colleague.name.as_deref().map(|name| names(sealer, (Some(entry), since), name, kinds)).unwrap_or_default();
    registration.into_iter().chain(name).collect()
}

fn names(
    sealer: &Sealer,
    (entry, since): (Option<Id>, UtcTime),
    name: &str,
    (main, pair): (ValueKind, ValueKind),
) -> Vec<KnownValue> {
    let (index, pairs) = identity::name_indexes(sealer, IndexOwner::Staff, name);
    let pairs = pairs.into_iter().map(|index| KnownValue { kind: pair, entry, index, since });
    std::iter::once(KnownValue { kind: main, entry, index, since }).chain(pairs).collect()
}

/// The definition of the table `known` in a statement: practitioner, kind, entry and index. Ids and indexes are the only values
/// that are formatted into a statement; an index has only a-z, A-Z, 0-9, `-` and `_`.
pub(super) fn table<'a>(conn: &Conn, values: impl IntoIterator<Item = (Id, &'a KnownValue)>) -> String {
    let id = |id: Option<Id>| {
        let text = id.map_or_else(|| "NULL".to_owned(), |id| format!("'{id}'"));
        match conn {
            Conn::Sqlite(_) => text,
            Conn::Postgres(_) => format!("CAST({text} AS uuid)"),
        }
    };
    let mut rows: Vec<String> = values
        .into_iter()
        .map(|(practitioner, value)| {
            let (practitioner, entry) = (id(Some(practitioner)), id(value.entry));
            format!("({practitioner}, '{}', {entry}, '{}')", value.kind.as_str(), value.index)
        })
        .collect();
    if rows.is_empty() {
        // No index is empty, so this row matches nothing.
        rows.push(format!("({0}, '', {0}, '')", id(None)));
    }
    format!("known (practitioner, kind, entry, value_index) AS (VALUES {})", rows.join(", "))
}

/// An `IN` condition with the ids as literals.
pub(super) fn id_list(ids: &[Id]) -> String {
    format!("IN ({})", ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", "))
}

/// The indexes of a member of staff under the purposes of practitioners and of blocked colleagues, for the lists of practitioners
/// that they must not know of.
#[derive(Default)]
pub(super) struct StaffIndexes {
    pub practitioner_registrations: BTreeSet<String>,
    pub practitioner_names: BTreeSet<String>,
    pub practitioner_name_pairs: BTreeSet<String>,
    pub blocked_registrations: BTreeSet<String>,
    pub blocked_names: BTreeSet<String>,
    pub blocked_name_pairs: BTreeSet<String>,
}

impl StaffIndexes {
    /// Adds the names and registrations that a member of staff has or had, indexed as those of practitioners and of blocked
    /// colleagues.
    ///
    /// # Errors
    /// When the database fails, or when one cannot be opened.
    pub(super) fn add(&mut self, tx: &mut Tx, staff: Id) -> Result<()> {
        for (kind, value) in identity::values_of(tx, staff)? {
            match kind {
                IdentityKind::Registration => {
                    let index = |owner| identity::registration_index(tx.sealer, owner, &value);
                    self.practitioner_registrations.insert(index(IndexOwner::Practitioner));
                    self.blocked_registrations.insert(index(IndexOwner::BlockedColleague));
                }
                IdentityKind::AccountName | IdentityKind::DirectoryName => {
                    let (main, pairs) = identity::name_indexes(tx.sealer, IndexOwner::Practitioner, &value);
                    self.practitioner_names.insert(main);
                    self.practitioner_name_pairs.extend(pairs);
                    let (main, pairs) = identity::name_indexes(tx.sealer, IndexOwner::BlockedColleague, &value);
                    self.blocked_names.insert(main);
                    self.blocked_name_pairs.extend(pairs);
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The practitioners who have an employer of a member of staff, now or until a year ago. A practitioner whose employer cannot be opened is
/// one of them. Nothing in the database tells who has the same employer, so those of all practitioners are opened, for staff who
/// have one.
///
/// # Errors
/// When the database fails.
pub(super) fn practitioners_with_employer_of(tx: &mut Tx, staff: Id) -> Result<Vec<Id>> {
    let of_staff: BTreeSet<String> = identity_entries::table
        .filter(identity_entries::account_id.eq(staff))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .filter(identity_entries::lapsed.eq(false))
        .select(identity_entries::value_index)
        .load::<String>(tx.conn)?
        .into_iter()
        .collect();
    if of_staff.is_empty() {
        return Ok(Vec::new());
    }
    let stated: Vec<(Id, Id, Vec<u8>)> = identity_entries::table
        .inner_join(practitioners::table.on(practitioners::id.eq(identity_entries::account_id)))
        .filter(identity_entries::kind.eq(IdentityKind::Employer))
        .filter(identity_entries::lapsed.eq(false))
        .select((identity_entries::id, identity_entries::account_id, identity_entries::value))
        .load(tx.conn)?;
    let mut compared: BTreeMap<String, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for (entry, practitioner, sealed) in stated {
        let code = readable_or_none(identity::open_value(tx.sealer, entry, &sealed))?;
        let same = |code: String| {
            let index = identity::employer_index(tx.sealer, &code);
            *compared.entry(code).or_insert_with(|| of_staff.contains(&index))
        };
        if code.is_none_or(same) {
            found.push(practitioner);
        }
    }
    Ok(found)
}
