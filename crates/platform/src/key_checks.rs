//! Checks that the keys are the ones that the database was created with. Done at every start, before anything is read or written
//! with them.
//!
//! For each key that was ever in use the database stores a tag ([`KeyRing::checks`]). A key whose tag differs is refused, and so
//! is a key ring without a key that rows are still sealed with.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::db::Conn;
use super::ids::UtcTime;
use super::keys::KeyRing;
use crate::on;
use crate::schema::key_checks;

/// The tags that the database stores of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKeys {
    rows: Vec<(String, String, String, UtcTime)>,
}

/// Reads the stored tags. `None` when the database is older than the tags, or empty.
///
/// # Errors
/// The error of the database.
pub fn stored_keys(conn: &mut Conn) -> QueryResult<Option<KnownKeys>> {
    if !super::db::migrations::has_table(conn, "key_checks")? {
        return Ok(None);
    }
    let rows: Vec<(String, String, String, UtcTime)> = key_checks::table
        .order((key_checks::kind, key_checks::key_id))
        .select((key_checks::kind, key_checks::key_id, key_checks::tag, key_checks::first_used_at))
        .load(conn)?;
    Ok((!rows.is_empty()).then_some(KnownKeys { rows }))
}

impl KnownKeys {
    /// The keys of the ring that differ from those of the database, as text: `the index key`, `sealing key 1`.
    pub fn mismatched(&self, keys: &KeyRing) -> Vec<String> {
        let known = |kind: &str, id: &str| self.rows.iter().find(|row| row.0 == kind && row.1 == id);
        keys.checks()
            .into_iter()
            .filter(|check| known(check.kind, &check.id).is_some_and(|row| row.2 != check.tag))
            .map(|check| key_name(check.kind, &check.id))
            .collect()
    }

    /// The numbers of sealing keys that were in use and are not on the ring.
    pub fn missing(&self, keys: &KeyRing) -> Vec<u8> {
        let numbers = self.rows.iter().filter(|row| row.0 == "sealing").filter_map(|row| row.1.parse().ok());
        numbers.filter(|number| !keys.sealing.iter().any(|key| key.number == *number)).collect()
    }

    /// The date on which the first of these keys was used.
    pub fn first_used_on(&self) -> Option<chrono::NaiveDate> {
        self.rows.iter().map(|row| row.3.get().date_naive()).min()
    }
}

fn key_name(kind: &str, id: &str) -> String {
    if kind == "index" { "the index key".to_owned() } else { format!("{kind} key {id}") }
}

/// Refuses keys that are not those of the database.
///
/// # Errors
/// One line for the operator that names the keys and what to do.
pub fn compare(conn: &mut Conn, keys: &KeyRing) -> Result<(), String> {
    let failed = |error: diesel::result::Error| format!("the keys cannot be compared with the database's: {error}");
    let Some(known) = stored_keys(conn).map_err(failed)? else { return Ok(()) };
    let others = known.mismatched(keys);
    if !others.is_empty() {
        let since = known.first_used_on().map(|day| format!(" since {day}")).unwrap_or_default();
        return Err(format!(
            "these are not the keys of this database: {} differ{} from the keys in use{since}. Give the keys that the database \
             was created with; to change keys, add new ones to them with `confide keys --rotate FILE`",
            others.join(" and "),
            if others.len() == 1 { "s" } else { "" },
        ));
    }
    let missing = known.missing(keys);
    if missing.is_empty() {
        return Ok(());
    }
    let needed = sealed_columns(conn, &missing).map_err(failed)?;
    let Some((number, columns)) = needed.first_key_value() else { return Ok(()) };
    let first = columns.first().map_or("", String::as_str);
    let more = if columns.len() > 1 { format!(" and {} more columns", columns.len() - 1) } else { String::new() };
    Err(format!(
        "sealing key {number} is missing from the keys: values in {first}{more} are still sealed with it. Add its line to the \
         keys again, below \
         the key in use"
    ))
}

/// Records the tags of the keys that are in use now, and of the sealing keys in `also`, unless they are recorded already.
///
/// # Errors
/// The error of the database.
pub fn record(conn: &mut Conn, keys: &KeyRing, also: &[u8], now: UtcTime) -> QueryResult<()> {
    let known = stored_keys(conn)?.map(|known| known.rows).unwrap_or_default();
    for check in keys.checks() {
        let is_needed = check.in_use || (check.kind == "sealing" && also.iter().any(|number| number.to_string() == check.id));
        if !is_needed || known.iter().any(|row| row.0 == check.kind && row.1 == check.id) {
            continue;
        }
        let row = (
            key_checks::kind.eq(check.kind),
            key_checks::key_id.eq(check.id),
            key_checks::tag.eq(check.tag),
            key_checks::first_used_at.eq(now),
        );
        on!(conn, |inner| diesel::insert_into(key_checks::table).values(row).on_conflict_do_nothing().execute(inner))?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    word: String,
}

/// Which columns contain values that were sealed with which of these keys. This reads whole tables: it is only for a start with a
/// missing key, and for the first start after the tags were introduced.
///
/// # Errors
/// The error of the database.
pub fn sealed_columns(conn: &mut Conn, numbers: &[u8]) -> QueryResult<BTreeMap<u8, Vec<String>>> {
    let (columns, beginning) = match conn {
        Conn::Sqlite(_) => (
            "SELECT m.name || '.' || p.name AS word FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND p.type = 'BLOB' ORDER BY 1",
            "hex(substr(COLUMN, 1, 2))",
        ),
        Conn::Postgres(_) => (
            "SELECT table_name || '.' || column_name AS word FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'bytea' ORDER BY 1",
            "upper(encode(substring(COLUMN from 1 for 2), 'hex'))",
        ),
    };
    let columns: Vec<TextRow> = diesel::sql_query(columns).load(conn)?;
    let mut found: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for TextRow { word } in columns {
        let Some((table, column)) = word.split_once('.') else { continue };
        let beginning = beginning.replace("COLUMN", &format!("\"{column}\""));
        // A tag or hash is shorter than the shortest sealed value.
        let sql = format!(
            "SELECT DISTINCT {beginning} AS word FROM \"{table}\" WHERE length(\"{column}\") >= {} AND {beginning} BETWEEN '01' AND '02FF'",
            super::seal::MIN_SEALED_LENGTH
        );
        for TextRow { word: header } in diesel::sql_query(sql).load::<TextRow>(conn)? {
            let number = header.get(2..).and_then(|number| u8::from_str_radix(number, 16).ok());
            if let Some(number) = number.filter(|number| numbers.contains(number)) {
                found.entry(number).or_default().push(word.clone());
            }
        }
    }
    Ok(found)
}
