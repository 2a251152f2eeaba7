//! The folder `migrations`: no committed file changes or disappears unnoticed, and the example in its README works.

use std::collections::BTreeMap;

use confide::platform::db::Engine;
use diesel::connection::SimpleConnection;
use sha2::Digest;

use super::migrations::{query_lines, tables};
use crate::support::{Kind, TestApp, apply, both_engines};

/// The SHA-256 of every file of a migration, by its path under `migrations`.
fn checksums() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for engine in ["sqlite", "postgres"] {
        for folder in std::fs::read_dir(format!("migrations/{engine}")).unwrap() {
            let folder = folder.unwrap().path();
            for file in ["up.sql", "down.sql"] {
                let hash = sha2::Sha256::digest(std::fs::read(folder.join(file)).unwrap());
                let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                found.insert(format!("{engine}/{}/{file}", folder.file_name().unwrap().to_str().unwrap()), hash);
            }
        }
    }
    found
}

/// The list of checksums: path and SHA-256, a line each.
fn recorded(list: &str) -> Vec<(&str, &str)> {
    let lines = list.lines().map(|line| line.split_once("  ").unwrap_or_else(|| panic!("{line}")));
    lines.map(|(hash, file)| (file, hash)).collect()
}

/// The differences between the files and the list of checksums, each in a sentence.
fn complaints(checksums: &BTreeMap<String, String>, list: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, hash) in list {
        match checksums.get(*file) {
            None => found.push(format!("{file} is missing, but databases have run it: restore it")),
            Some(actual) if actual != hash => {
                found.push(format!("{file} has changed, but databases have run it as it was: write another migration"));
            }
            Some(_) => {}
        }
    }
    for file in checksums.keys() {
        match list.iter().filter(|(listed, _)| listed == file).count() {
            0 => found.push(format!("{file} has no line: run `just migration-checksums`")),
            1 => {}
            more => found.push(format!("{file} has {more} lines")),
        }
    }
    found
}

#[test]
fn committed_migration_files_do_not_change() {
    let (checksums, list) = (checksums(), std::fs::read_to_string("migrations/checksums.txt").unwrap());
    let list = recorded(&list);
    assert_eq!(complaints(&checksums, &list), [""; 0]);
    assert_eq!(list.len(), checksums.len());

    let (missing, altered) = (checksums.keys().next().unwrap(), checksums.keys().last().unwrap());
    let mut others = checksums.clone();
    others.remove(missing);
    others.insert(altered.clone(), "another".to_owned());
    others.insert("sqlite/2099-12-31-000001_new/up.sql".to_owned(), "new".to_owned());
    let twice: Vec<_> = list.iter().chain([&list[1]]).copied().collect();
    let found = complaints(&others, &twice).join("\n");
    for complaint in
        [format!("{missing} is missing"), format!("{altered} has changed"), "000001_new/up.sql has no line".to_owned()]
    {
        assert!(found.contains(&complaint), "{complaint}: {found}");
    }
    assert!(found.contains(&format!("{} has 2 lines", list[1].0)), "{found}");
}

/// The files of the README's example for an engine: name, direction and text, sorted by name.
fn example(kind: Kind) -> Vec<(String, String, String)> {
    let engine = match kind {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    let readme = std::fs::read_to_string("migrations/README.md").unwrap();
    let fence = format!("```sql {engine}\n");
    let blocks = readme.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut files: Vec<_> = blocks
        .map(|block| {
            let (first, text) = block.split_once('\n').unwrap();
            let path = first.strip_prefix("-- ").and_then(|path| path.strip_suffix(".sql")).unwrap_or_else(|| panic!("{first}"));
            let (name, direction) = path.split_once('/').unwrap();
            (name.to_owned(), direction.to_owned(), text.to_owned())
        })
        .collect();
    files.sort();
    files
}

/// The names and texts of the files for one direction.
fn files_for(files: &[(String, String, String)], wanted: &str) -> (Vec<String>, Vec<String>) {
    files.iter().filter(|(_, direction, _)| direction == wanted).map(|(name, _, text)| (name.clone(), text.clone())).unzip()
}

#[test]
fn readme_example_has_the_same_files_for_both_engines() {
    let names = |kind| example(kind).into_iter().map(|(name, direction, _)| (name, direction)).collect::<Vec<_>>();
    assert_eq!(names(Kind::Sqlite), names(Kind::Postgres));
    assert_eq!(names(Kind::Sqlite).len(), 6);
}

#[apply(both_engines)]
async fn readme_example_expands_and_contracts_a_table_with_rows(app: TestApp) {
    let handler = app.call_handler().await;
    let contact = handler.logs_contact("phone", serde_json::json!({})).await.expect(201).id();
    handler.triages_contact(&contact, &["needs_today"]).await.expect(200);
    let files = example(app.kind);
    let ((names, ups), (undone, downs)) = (files_for(&files, "up"), files_for(&files, "down"));
    assert_eq!(names, undone);
    let before = tables(&app.engine);
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let language = || tables(&app.engine)["contacts"].iter().find(|(column, _)| column == "language").map(|(_, null)| *null);
    let expected = [Some(true), Some(true), Some(false)];
    for ((name, up), nullable) in names.iter().zip(&ups).zip(expected) {
        // In a transaction, as the migration runner does.
        conn.batch_execute(&format!("BEGIN; {up} COMMIT;")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(language(), nullable, "{name}");
    }
    let rows = query_lines(
        &mut conn,
        "SELECT language || ' ' || count(t.id) AS line FROM contacts c JOIN contact_triages t ON t.contact_id = c.id GROUP BY language",
    );
    assert_eq!(rows, ["en 1"]);
    for wrong in ["NULL", "'xx'"] {
        assert!(conn.batch_execute(&format!("UPDATE contacts SET language = {wrong}")).is_err(), "{wrong}");
    }
    for (name, down) in names.iter().zip(&downs).rev() {
        conn.batch_execute(&format!("BEGIN; {down} COMMIT;")).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(tables(&app.engine), before);
    assert_eq!(handler.reads_contact(&contact).await.expect(200).text("id"), contact);
}

/// Runs the statements that rebuild the table `parent`, on a connection as the program opens it and in one transaction; returns
/// how many rows its two child tables still have.
fn rebuild_parent_table(steps: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::TempDir::new().unwrap();
    let engine = Engine::Sqlite(folder.path().join("rebuilt.db"));
    engine.create().unwrap();
    let mut conn = engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id));
         CREATE TABLE cascading_child (parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
         INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1); INSERT INTO cascading_child VALUES (1);",
    )
    .unwrap();
    conn.batch_execute(&format!("BEGIN; {steps} COMMIT;")).map_err(|error| error.to_string())?;
    let children = "SELECT (SELECT count(*) FROM child) || ' ' || (SELECT count(*) FROM cascading_child) AS line FROM parent";
    Ok(query_lines(&mut conn, children))
}

#[test]
fn sqlite_rebuilds_a_referenced_table_only_as_the_readme_says() {
    let renamed =
        "CREATE TABLE replacement (id INTEGER PRIMARY KEY CHECK (id > 0)); INSERT INTO replacement SELECT * FROM parent;
        DROP TABLE parent; ALTER TABLE replacement RENAME TO parent;";
    for before in ["", "PRAGMA foreign_keys = OFF;", "PRAGMA defer_foreign_keys = ON;"] {
        let refused = rebuild_parent_table(&format!("{before} {renamed}")).unwrap_err();
        assert!(refused.contains("FOREIGN KEY constraint failed"), "{before}: {refused}");
    }
    let copied = "PRAGMA defer_foreign_keys = ON; CREATE TEMPORARY TABLE saved AS SELECT * FROM parent; DROP TABLE parent;
        CREATE TABLE parent (id INTEGER PRIMARY KEY CHECK (id > 0)); INSERT INTO parent SELECT * FROM saved; DROP TABLE saved;";
    assert_eq!(rebuild_parent_table(copied).unwrap(), ["1 0"], "rows with ON DELETE CASCADE are deleted with the old table");
}

/// The values that `plain_words` renamed and of which this test has a row.
const RENAMED: &str = "SELECT DISTINCT change AS line FROM signpost_changes \
    UNION ALL SELECT origin FROM contacts UNION ALL SELECT kind FROM contact_tasks \
    UNION ALL SELECT next_step FROM contact_triages UNION ALL SELECT needs FROM contact_triages ORDER BY 1";

#[apply(both_engines)]
async fn stored_values_get_the_names_of_the_contract(app: TestApp) {
    let request = serde_json::json!({ "phone": "07700 900462", "preferred_name": "Heron", "safe_times": "mornings" });
    app.requests_call_back(request).await.expect(202);
    let handler = app.call_handler().await;
    let contact = handler.get("/v1/contacts").send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    handler.triages_contact(&contact, &["about_someone_else"]).await.expect(200);
    let script = |migration: &str, end: &str| {
        let file = format!("migrations/{}/2026-12-{migration}/{end}.sql", app.engine.name().to_lowercase());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    // The second one renames what the first one names.
    let (values, names) = ("02-000001_plain_words", "06-000006_glossary_names");
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let now = ["[\"about_someone_else\"]", "advise_about_someone_else", "built_in", "call_back", "requested"];
    assert_eq!(query_lines(&mut conn, RENAMED), now);

    conn.batch_execute(&format!("BEGIN; {} {} COMMIT;", script(names, "down"), script(values, "down"))).unwrap();
    let before = ["[\"about_somebody_else\"]", "advise_about_another", "asked", "ring_back", "shipped"];
    assert_eq!(query_lines(&mut conn, RENAMED), before);
    assert!(conn.batch_execute("UPDATE contact_tasks SET kind = 'call_back'").is_err(), "the version before has no such kind");

    conn.batch_execute(&format!("BEGIN; {} {} COMMIT;", script(values, "up"), script(names, "up"))).unwrap();
    assert_eq!(query_lines(&mut conn, RENAMED), now);
    assert!(conn.batch_execute("UPDATE contact_tasks SET kind = 'ring_back'").is_err(), "the former name is refused");
    assert_eq!(handler.reads_contact(&contact).await.expect(200).json["triage_history"][0]["needs"][0], "about_someone_else");
}

#[apply(both_engines)]
async fn boards_that_were_confirmed_by_one_administrator_do_not_stop_the_migration_that_demands_two(app: TestApp) {
    let avery = app.administrator().await;
    let read = |name: &str, end: &str| {
        let file = format!("migrations/{}/{name}/{end}.sql", app.engine.name().to_lowercase());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    // Later migrations rename a column of the table and add one.
    let (datasets, names) = ("2026-12-06-000002_reference_datasets", "2026-12-06-000006_glossary_names");
    let second = "2026-12-07-000003_second_administrator";
    let down = format!("BEGIN; {} {} {} COMMIT;", read(second, "down"), read(names, "down"), read(datasets, "down"));
    let up = format!("BEGIN; {} {} {} COMMIT;", read(datasets, "up"), read(names, "up"), read(second, "up"));
    let row = |number: u32, dataset: &str| {
        format!(
            "INSERT INTO reference_changes (id, dataset, key, valid_from, entry, reason, state, number, changed_by, recorded_at, confirmed_at)
             VALUES ('00000000-0000-0000-0000-00000000000{number}', '{dataset}', 'QWE', '2027-01-11', '{{}}', 'By hand.', 'confirmed',
             {number}, '{}', '2027-01-11T09:00:00Z', '2027-01-11T09:00:00Z');",
            avery.id
        )
    };
    let alone = "SELECT dataset || CASE WHEN confirmed_alone THEN ' alone' ELSE '' END AS line FROM reference_changes ORDER BY 1";
    let before = tables(&app.engine);
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(&down).unwrap();
    conn.batch_execute(&(row(1, "boards") + &row(2, "bank_holidays"))).unwrap();
    assert!(conn.batch_execute(&row(3, "alert_times")).is_err(), "the version before has no such dataset");

    conn.batch_execute(&up).unwrap();
    assert_eq!(tables(&app.engine), before);
    assert_eq!(query_lines(&mut conn, alone), ["bank_holidays", "boards alone"]);
    conn.batch_execute("UPDATE reference_changes SET applied_at = confirmed_at").unwrap();
    for dataset in ["boards", "alert_times", "prescribers"] {
        assert!(conn.batch_execute(&row(4, dataset)).is_err(), "{dataset}: a second administrator is missing");
    }
    conn.batch_execute(&row(5, "funding_limits")).unwrap();
    conn.batch_execute(&down).unwrap();
    conn.batch_execute(&up).unwrap();
    assert_eq!(query_lines(&mut conn, alone), ["bank_holidays", "boards alone", "funding_limits"]);
}
