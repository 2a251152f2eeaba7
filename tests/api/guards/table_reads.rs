//! A table belongs to the crate in whose `schema.rs` it is declared; others ask that crate for what is in it. Where that is not so
//! yet is counted here, and the count only gets smaller.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::sources::{CRATES, Source, code, is_word, paths, schemas, sources};

/// How many files of a crate read a table of another: the reader, the table, the files. Never add to it: give the crate of the
/// table a function that answers the question.
const STILL_READ: &[(&str, &str, usize)] = &[
    ("access", "accounts", 1),
    ("access", "practitioners", 1),
    ("care", "account_mark_keys", 1),
    ("care", "account_marks", 1),
    ("care", "accounts", 1),
    ("care", "appointments", 5),
    ("care", "blocked_colleague_keys", 1),
    ("care", "blocked_colleagues", 1),
    ("care", "care_episodes", 1),
    ("care", "clinicians", 4),
    ("care", "gp_sharing_statements", 1),
    ("care", "pathway_moves", 1),
    ("care", "practitioners", 5),
    ("demo", "accounts", 1),
    ("demo", "invitations", 1),
    ("demo", "outbox", 3),
    ("demo", "signposts", 1),
    ("insight", "appointments", 2),
    ("insight", "pathway_moves", 1),
    ("insight", "practitioners", 2),
    ("partners", "accounts", 1),
    ("partners", "outbox", 1),
    ("scheduling", "accounts", 4),
    ("scheduling", "care_episodes", 1),
    ("scheduling", "outbox", 1),
    ("scheduling", "practitioners", 2),
];

/// Which crate each table belongs to.
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

/// The tables of other crates that a file reads, by path or in SQL. `*` is a schema from which no table is named.
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
fn no_more_files_read_tables_of_another_crate() {
    let owners = owners();
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for source in sources().iter().filter(|source| !source.name.ends_with("schema.rs")) {
        for table in read_by(source, &owners) {
            let place = source.name.display().to_string();
            found.entry((source.layer().to_owned(), table)).or_default().push(place);
        }
    }
    let mut known: BTreeMap<(String, String), usize> =
        STILL_READ.iter().map(|(reader, table, files)| (((*reader).to_owned(), (*table).to_owned()), *files)).collect();
    assert_eq!(known.len(), STILL_READ.len(), "an entry is there twice");
    let mut complaints = Vec::new();
    for ((reader, table), files) in &found {
        let allowed = known.remove(&(reader.clone(), table.clone())).unwrap_or(0);
        match files.len().cmp(&allowed) {
            std::cmp::Ordering::Greater => complaints.push(format!(
                "{} files of {reader} read {table}, {allowed} are allowed: ask the crate of the table instead, in one of {files:?}",
                files.len()
            )),
            std::cmp::Ordering::Less => {
                complaints.push(format!("only {} files of {reader} read {table} now: say so in STILL_READ", files.len()));
            }
            std::cmp::Ordering::Equal => {}
        }
    }
    complaints.extend(known.keys().map(|(reader, table)| format!("{reader} reads {table} no more: take it out of STILL_READ")));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_table_is_read_from_beneath() {
    let owners = owners();
    let place = |layer: &str| CRATES.iter().position(|name| *name == layer).unwrap_or(CRATES.len());
    for source in sources() {
        for table in read_by(&source, &owners) {
            let owner = owners.get(&table).unwrap_or_else(|| panic!("{}: which tables?", source.name.display()));
            assert!(place(owner) < place(source.layer()), "{} reads {table} of {owner}", source.name.display());
        }
    }
}

#[test]
fn sees_a_table_by_path_and_in_sql() {
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
