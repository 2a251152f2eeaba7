//! A table belongs to the crate whose `schema.rs` declares it; other crates use the functions of that crate to read it.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::sources::{CRATES, Source, code, is_word, paths, schemas, sources};

/// The crate of each table.
fn owners() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for schema in schemas() {
        for declaration in schema.text.split("diesel::table! {").skip(1) {
            let heading = declaration.lines().find(|line| line.trim_end().ends_with(") {")).unwrap();
            let table = heading.trim().split([' ', '(']).next().unwrap();
            let twice = found.insert(table.to_owned(), schema.layer().to_owned());
            assert_eq!(twice, None, "{table} is declared twice");
        }
    }
    assert!(found.len() > 80, "{found:?}");
    found
}

/// The tables of other crates that a file uses, by path or in SQL. `*` is an imported schema without a table.
fn read_by(source: &Source, owners: &BTreeMap<String, String>) -> BTreeSet<String> {
    let code = code(&source.text);
    let mut found = BTreeSet::new();
    for (_, path) in paths(&code) {
        for at in (1..path.len()).filter(|at| path[*at] == "schema") {
            let other = path[at - 1].as_str();
            if other != source.layer() && (CRATES.contains(&other) || other == "demo") {
                let table = path.get(at + 1).filter(|table| *table != "self");
                found.insert(table.map_or("*", String::as_str).to_owned());
            }
        }
    }
    let words: Vec<&str> = code.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    for pair in words.windows(2) {
        let reads = matches!(pair[0], "FROM" | "JOIN" | "INTO" | "UPDATE");
        if reads && owners.get(pair[1]).is_some_and(|owner| owner != source.layer()) {
            found.insert(pair[1].to_owned());
        }
    }
    found
}

#[test]
fn no_file_reads_a_table_of_another_crate() {
    let owners = owners();
    let mut complaints = Vec::new();
    for source in sources() {
        for table in read_by(&source, &owners) {
            complaints.push(format!("{} reads {table}: call a function of the table's crate instead", source.name.display()));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn finds_tables_in_paths_and_in_sql() {
    let owners = BTreeMap::from(
        [("accounts", "people"), ("slots", "scheduling")].map(|(table, owner)| (table.to_owned(), owner.to_owned())),
    );
    let read = |text: &str| {
        let source = Source { name: "care/records/queries.rs".into(), text: text.to_owned() };
        read_by(&source, &owners).into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(read("use people::schema::accounts;"), "accounts");
    assert_eq!(read("use people::schema::accounts::dsl;"), "accounts");
    assert_eq!(read("use people::schema::{accounts::{self, id}, sessions as open};"), "accounts sessions");
    assert_eq!(read("use people::{relationships, schema::accounts};"), "accounts");
    assert_eq!(
        read("use people::{\n    relationships,\n    // Why.\n    schema::{accounts, sessions as open},\n};"),
        "accounts sessions"
    );
    assert_eq!(read("pub(crate) use people::{schema::{self, accounts}, staff};"), "* accounts");
    assert_eq!(read("use people::{relationships, schema};"), "*");
    assert_eq!(read("    use confide::people::{schema::accounts::dsl};"), "accounts");
    assert_eq!(read("use people::schema;"), "*");
    assert_eq!(read("use people::schema::*;"), "*");
    assert_eq!(read("let all = scheduling::schema::slots::table;"), "slots");
    assert_eq!(read("let text = \"\nuse the form\";\nlet all = scheduling::schema::slots::table;"), "slots");
    assert_eq!(read("\"SELECT 1 FROM slots s \\\n JOIN accounts a\""), "accounts slots");
    assert_eq!(read("use crate::schema::{notes, problems};\n// FROM slots"), "");
    assert_eq!(read("#[cfg(test)]\nmod tests {\n use people::schema::accounts;\n}"), "");
}
