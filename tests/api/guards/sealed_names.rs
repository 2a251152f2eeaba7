//! A sealed value is bound to the name that its column had when the first value was sealed. A renamed column keeps that name.

use std::collections::BTreeSet;

use confide::platform::db::Conn;
use confide::platform::ids::Id;
use confide::platform::seal::Place;
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::contract::Complaints;
use super::query_lines;
use crate::support::clinical_record::{InCare, note_about};
use crate::support::sources::{code, schemas, sources};
use crate::support::{TestApp, apply, both_engines};

/// The first names of sealed columns that were renamed, each with its present name.
const FORMER: &[(&str, &str)] = &[
    ("account_marks.end_reason", "identity_entries.end_reason"),
    ("account_marks.reason", "identity_entries.reason"),
    ("account_marks.value", "identity_entries.value"),
    ("care_plan_versions.words", "care_plan_versions.content"),
    ("clinical_notes.words", "clinical_notes.content"),
    ("gp_sharing_statements.words", "gp_sharing_statements.details"),
    ("group_notes.words", "group_notes.content"),
    ("note_addenda.words", "note_addenda.content"),
    ("prescribing_registers.details", "prescribers.details"),
    ("problem_versions.words", "problem_versions.content"),
    ("problems.words", "problems.content"),
];

/// Every sealed column, as `table.column`.
fn sealed_columns() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for schema in schemas() {
        let mut table = String::new();
        for line in schema.text.lines().map(str::trim) {
            if let Some((name, _)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                name.clone_into(&mut table);
            }
            if let Some((column, _)) = line.split_once(" -> ").filter(|(_, kind)| kind.contains("Binary")) {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    assert!(found.len() > 70, "{found:?}");
    found
}

#[test]
fn sealed_values_are_bound_to_the_first_name_of_their_column() {
    let columns = sealed_columns();
    let code: String = sources().iter().map(|source| code(&source.text)).collect();
    let is_in_code = |name: &str| code.contains(&format!("\"{name}\""));
    let mut wrong = Complaints::default();
    for column in &columns {
        let former = FORMER.iter().find(|(_, now)| now == column).map(|(former, _)| *former);
        let first = former.unwrap_or(column);
        wrong.require(is_in_code(first), || format!("nothing is sealed for {first}: keep the first name, or list it in FORMER"));
        wrong.require(former.is_none() || !is_in_code(column), || format!("values of {column} are sealed as {first}"));
    }
    for (former, now) in FORMER {
        wrong.require(columns.contains(*now), || format!("{now}, once {former}, is no sealed column"));
    }
    wrong.assert_empty();
}

#[apply(both_engines)]
async fn what_was_stored_before_tables_and_columns_were_renamed_is_read_after_it(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    let draft = cleo.writes_note(&ada, note_about(appointment)).await.expect(201);
    let id: Id = draft.id().parse().unwrap();
    let script = |end: &str| {
        let file = format!("migrations/{}/2026-12-06-000006_glossary_names/{end}.sql", app.engine.name().to_lowercase());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(&format!("BEGIN; {} COMMIT;", script("down"))).unwrap();
    let names = "SELECT DISTINCT kind AS line FROM account_marks WHERE kind LIKE '%name' ORDER BY 1";
    assert_eq!(query_lines(&mut conn, names), ["account_name", "entry_name", "legal_name"]);
    let rules = "SELECT code AS line FROM eligibility_rules WHERE code LIKE 'every%' ORDER BY 1";
    assert_eq!(query_lines(&mut conn, rules), ["everybody_else"]);
    let sealed = app.platform.sealer.seal_json(Place("clinical_notes.words", id), &json!({ "plan": "Sealed before." })).unwrap();
    let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    let sealed = match &conn {
        Conn::Sqlite(_) => format!("X'{sealed}'"),
        Conn::Postgres(_) => format!("'\\x{sealed}'::bytea"),
    };
    conn.batch_execute(&format!("UPDATE clinical_notes SET words = {sealed} WHERE id = '{id}'")).unwrap();

    conn.batch_execute(&format!("BEGIN; {} COMMIT;", script("up"))).unwrap();
    confide::server::load_reference_data(&app.platform).await.unwrap();
    let names = names.replace("account_marks", "identity_entries");
    assert_eq!(query_lines(&mut conn, &names), ["account_name", "directory_name", "legal_name"]);
    assert_eq!(query_lines(&mut conn, rules), ["everyone_else"], "the program adds no second one");
    let note = cleo.get(draft.header("location").unwrap()).send().await.expect(200);
    assert_eq!((note.text("plan"), &note.json["presentation"]), ("Sealed before.".into(), &serde_json::Value::Null));
    let ada = ada.get("/v1/me/registration").send().await.expect(200);
    assert_eq!(ada.text("legal_name"), "Ada Byron", "and what is sealed as it is now");
}
