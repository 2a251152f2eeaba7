//! What is in the folder `migrations`: no file changes or vanishes unseen, and what its README shows works.

use std::collections::BTreeMap;

use confide::platform::db::Engine;
use diesel::connection::SimpleConnection;
use sha2::Digest;

use super::migrations::{lines, tables};
use crate::support::{Kind, TestApp, apply, both_engines};

/// The SHA-256 of every file of a migration, by its path under `migrations`.
fn texts() -> BTreeMap<String, String> {
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

/// What a list says wrongly of the files, each in a sentence.
fn complaints(texts: &BTreeMap<String, String>, list: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, hash) in list {
        match texts.get(*file) {
            None => found.push(format!("{file} is gone, and databases have run it")),
            Some(text) if text != hash => {
                found.push(format!("{file} has changed, and databases have run it as it was: write another migration"));
            }
            Some(_) => {}
        }
    }
    for file in texts.keys() {
        match list.iter().filter(|(listed, _)| listed == file).count() {
            0 => found.push(format!("{file} has no line: run `just migration-checksums`")),
            1 => {}
            more => found.push(format!("{file} has {more} lines")),
        }
    }
    found
}

#[test]
fn a_committed_migration_keeps_its_text() {
    let (texts, list) = (texts(), std::fs::read_to_string("migrations/checksums.txt").unwrap());
    let list = recorded(&list);
    assert_eq!(complaints(&texts, &list), [""; 0]);
    assert_eq!(list.len(), texts.len());

    let (gone, altered) = (texts.keys().next().unwrap(), texts.keys().last().unwrap());
    let mut others = texts.clone();
    others.remove(gone);
    others.insert(altered.clone(), "another".to_owned());
    others.insert("sqlite/2099-12-31-000001_new/up.sql".to_owned(), "new".to_owned());
    let twice: Vec<_> = list.iter().chain([&list[1]]).copied().collect();
    let found = complaints(&others, &twice).join("\n");
    for said in [format!("{gone} is gone"), format!("{altered} has changed"), "000001_new/up.sql has no line".to_owned()] {
        assert!(found.contains(&said), "{said}: {found}");
    }
    assert!(found.contains(&format!("{} has 2 lines", list[1].0)), "{found}");
}

/// The files of the example in the README for an engine: name, way and text, in the order of the names.
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
            let (name, way) = path.split_once('/').unwrap();
            (name.to_owned(), way.to_owned(), text.to_owned())
        })
        .collect();
    files.sort();
    files
}

/// The texts for one way, and the names that they have.
fn way(files: &[(String, String, String)], wanted: &str) -> (Vec<String>, Vec<String>) {
    files.iter().filter(|(_, way, _)| way == wanted).map(|(name, _, text)| (name.clone(), text.clone())).unzip()
}

#[test]
fn the_example_has_the_same_files_for_both_engines() {
    let names = |kind| example(kind).into_iter().map(|(name, way, _)| (name, way)).collect::<Vec<_>>();
    assert_eq!(names(Kind::Sqlite), names(Kind::Postgres));
    assert_eq!(names(Kind::Sqlite).len(), 6);
}

#[apply(both_engines)]
async fn the_example_expands_and_contracts_a_table_that_has_rows(app: TestApp) {
    let handler = app.call_handler().await;
    let contact = handler.logs("phone", serde_json::json!({})).await.expect(201).id();
    handler.triages(&contact, &["needs_today"]).await.expect(200);
    let files = example(app.kind);
    let ((names, ups), (undone, downs)) = (way(&files, "up"), way(&files, "down"));
    assert_eq!(names, undone);
    let before = tables(&app.engine);
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let language = || tables(&app.engine)["contacts"].iter().find(|(column, _)| column == "language").map(|(_, null)| *null);
    let expected = [Some(true), Some(true), Some(false)];
    for ((name, up), nullable) in names.iter().zip(&ups).zip(expected) {
        // As the runner does it.
        conn.batch_execute(&format!("BEGIN; {up} COMMIT;")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(language(), nullable, "{name}");
    }
    let said = lines(
        &mut conn,
        "SELECT language || ' ' || count(t.id) AS line FROM contacts c JOIN contact_triages t ON t.contact_id = c.id GROUP BY language",
    );
    assert_eq!(said, ["en 1"]);
    for wrong in ["NULL", "'xx'"] {
        assert!(conn.batch_execute(&format!("UPDATE contacts SET language = {wrong}")).is_err(), "{wrong}");
    }
    for (name, down) in names.iter().zip(&downs).rev() {
        conn.batch_execute(&format!("BEGIN; {down} COMMIT;")).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(tables(&app.engine), before);
    assert_eq!(handler.reads_contact(&contact).await.expect(200).text("id"), contact);
}

/// Makes the table `parent` anew on a connection as the program opens it, in a transaction of its own, and says how many rows of
/// its two children are left.
fn made_anew(steps: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::TempDir::new().unwrap();
    let engine = Engine::Sqlite(folder.path().join("anew.db"));
    engine.create().unwrap();
    let mut conn = engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);
         CREATE TABLE child (parent_id INTEGER NOT NULL REFERENCES parent (id));
         CREATE TABLE child_that_goes (parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE);
         INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1); INSERT INTO child_that_goes VALUES (1);",
    )
    .unwrap();
    conn.batch_execute(&format!("BEGIN; {steps} COMMIT;")).map_err(|error| error.to_string())?;
    let children = "SELECT (SELECT count(*) FROM child) || ' ' || (SELECT count(*) FROM child_that_goes) AS line FROM parent";
    Ok(lines(&mut conn, children))
}

#[test]
fn sqlite_makes_a_table_with_children_anew_only_in_the_way_that_the_readme_says() {
    let renamed = "CREATE TABLE made (id INTEGER PRIMARY KEY CHECK (id > 0)); INSERT INTO made SELECT * FROM parent;
        DROP TABLE parent; ALTER TABLE made RENAME TO parent;";
    for before in ["", "PRAGMA foreign_keys = OFF;", "PRAGMA defer_foreign_keys = ON;"] {
        let refused = made_anew(&format!("{before} {renamed}")).unwrap_err();
        assert!(refused.contains("FOREIGN KEY constraint failed"), "{before}: {refused}");
    }
    let put_back = "PRAGMA defer_foreign_keys = ON; CREATE TEMPORARY TABLE kept AS SELECT * FROM parent; DROP TABLE parent;
        CREATE TABLE parent (id INTEGER PRIMARY KEY CHECK (id > 0)); INSERT INTO parent SELECT * FROM kept; DROP TABLE kept;";
    assert_eq!(made_anew(put_back).unwrap(), ["1 0"], "a child with ON DELETE CASCADE goes with the old table");
}
