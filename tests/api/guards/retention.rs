//! Every table has a rule that ends its rows, and what is a practitioner's ends with their record.

use std::collections::{BTreeMap, BTreeSet};

use confide::people::retention::RecordTable;
use confide::server::RETENTION_HANDLERS;
use confide::{access, care, partners, people, scheduling};

use super::contract::Complaints;
use super::migrations::query_lines;
use crate::support::sources::schemas;
use crate::support::{TestApp, apply, sqlite_only};

/// The rule of the tables whose rows end with the record of their practitioner.
const WITH_THE_RECORD: &str = "with the record";

/// Tables that name a practitioner for good, and why.
const REMAIN: &[(&str, &str)] = &[
    ("audit_events", "who did what to which record is known after the record is destroyed: ids only"),
    ("destruction_certificates", "what remains of a destroyed record"),
];

/// Tables without a row of their own for a practitioner, which are emptied together with the others.
const OF_THE_PLATFORM: &[&str] = &["idempotency_keys", "outbox", "silenced_addresses"];

/// The tables of all crates, each with its crate and its columns.
fn tables() -> BTreeMap<String, (String, Vec<String>)> {
    let mut found = BTreeMap::new();
    for schema in schemas() {
        let mut table = String::new();
        for line in schema.text.lines().map(str::trim) {
            if let Some((name, _)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                name.clone_into(&mut table);
                found.insert(table.clone(), (schema.layer().to_owned(), Vec::new()));
            }
            if let Some((column, _)) = line.split_once(" -> ") {
                found.get_mut(&table).unwrap().1.push(column.to_owned());
            }
        }
    }
    assert!(found.len() > 100, "{found:?}");
    found
}

/// The rules in the table of `docs/operations.md`, by the name of the database table. Each of its rows is `| tables | rule |`.
fn documented() -> BTreeMap<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let text = std::fs::read_to_string(path).unwrap();
    let section = text.split("### What ends the rows of each table").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut found = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 2 && cells[1].len() > 10, "{row}");
        for table in cells[0].split(", ") {
            let twice = found.insert(table.trim_matches('`').to_owned(), cells[1].to_owned());
            assert_eq!(twice, None, "{table} is listed twice");
        }
    }
    found
}

/// The names of the tables that end with a record.
fn ended_with_the_record() -> BTreeSet<&'static str> {
    let found: BTreeSet<&str> = RETENTION_HANDLERS.all_tables().map(RecordTable::name).collect();
    assert!(found.len() > 50, "{found:?}");
    found
}

#[test]
fn every_table_has_a_rule_that_ends_its_rows() {
    let (tables, documented, ended, mut wrong) = (tables(), documented(), ended_with_the_record(), Complaints::default());
    for (table, (_, columns)) in &tables {
        let rule = documented.get(table);
        wrong.require(rule.is_some(), || {
            format!(
                "{table} has no rule: name what ends its rows in docs/operations.md, and list it in `RECORDS` if it is a record"
            )
        });
        let says_with_the_record = rule.is_some_and(|rule| rule.starts_with(WITH_THE_RECORD));
        let is_ended = ended.contains(table.as_str()) || OF_THE_PLATFORM.contains(&table.as_str());
        wrong.require(says_with_the_record == is_ended, || {
            format!("{table}: docs/operations.md says {rule:?}, and the destruction of a record ends it: {is_ended}")
        });
        let remains = REMAIN.iter().any(|(known, why)| known == table && !why.is_empty());
        let names_a_practitioner = columns.iter().any(|column| column == "practitioner_id");
        wrong.require(!names_a_practitioner || is_ended || remains, || {
            format!("{table} names a practitioner and stays when their record is destroyed: list it in `RECORDS` of its crate")
        });
        wrong.require(!(is_ended && remains), || format!("{table} needs no exception"));
    }
    for table in documented.keys() {
        wrong.require(tables.contains_key(table), || format!("{table} has a rule and is no table"));
    }
    wrong.assert_empty();
}

#[test]
fn a_crate_ends_only_rows_of_its_own_tables() {
    let (tables, mut wrong) = (tables(), Complaints::default());
    let lists: [(&str, &[&[RecordTable]]); 5] = [
        ("people", &[people::retention::RECORDS_DELETED_FIRST, people::retention::RECORDS_DELETED_LAST]),
        ("access", &[access::retention::FUNDED_SESSIONS, access::retention::RECORDS]),
        ("scheduling", &[scheduling::retention::RECORDS]),
        ("care", &[care::retention::RECORDS]),
        ("partners", &[partners::retention::RECORDS]),
    ];
    let mut listed = 0;
    for (layer, lists) in lists {
        for table in lists.iter().flat_map(|list| list.iter()) {
            listed += 1;
            let owner = tables.get(table.name()).map(|(owner, _)| owner.as_str());
            wrong.require(owner == Some(layer), || format!("{layer} ends rows of {}, which belongs to {owner:?}", table.name()));
        }
    }
    assert_eq!(listed, RETENTION_HANDLERS.all_tables().count(), "the program uses the list of every crate");
    wrong.assert_empty();
}

/// Otherwise a foreign key would refuse the destruction.
#[apply(sqlite_only)]
async fn what_refers_to_a_record_ends_with_it_or_before(app: TestApp) {
    let references = app
        .sql(|conn| {
            let text = "SELECT m.name || ' ' || f.\"table\" || ' ' || f.on_delete AS line FROM sqlite_master m \
                        JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
            Ok(query_lines(conn, text))
        })
        .await;
    assert!(references.len() > 150, "{references:?}");
    let order: Vec<&str> = RETENTION_HANDLERS.all_tables().map(RecordTable::name).collect();
    let (first, last) =
        (|table: &str| order.iter().position(|name| *name == table), |table: &str| order.iter().rposition(|name| *name == table));
    let mut wrong = Complaints::default();
    for reference in &references {
        let parts: Vec<&str> = reference.splitn(3, ' ').collect();
        let [table, owner, on_delete] = parts[..] else { panic!("{reference}") };
        // Rows of slots stay, without the practitioner. Of an account, only what is a practitioner's own refers to theirs.
        let Some(at) = first(owner).filter(|_| table != owner && owner != "slots" && owner != "accounts") else { continue };
        if table == "slots" || on_delete == "CASCADE" {
            continue;
        }
        wrong.require(last(table).is_some_and(|before| before < at), || {
            format!("{table} refers to {owner}, which is deleted before it or without it")
        });
    }
    wrong.assert_empty();
}
