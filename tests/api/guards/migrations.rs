//! Migrations: both engines get the same tables, every migration can be reverted, and the schema modules match the tables.

use std::collections::{BTreeMap, BTreeSet};

use confide::platform::db::{Conn, Engine, migrations};
use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use tempfile::TempDir;

use super::journey::people_of_every_role;
use crate::support::cluster;
use crate::support::sources::schemas;
use crate::support::{Kind, TestApp, apply, both_engines, postgres_only};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The column `line` of each row that a query returns.
pub fn query_lines(conn: &mut Conn, sql: &str) -> Vec<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.line).collect()
}

/// An empty database for one test, which is removed when this value is dropped.
struct EmptyDatabase {
    engine: Engine,
    /// The folder of a SQLite file.
    _folder: Option<TempDir>,
    /// The name of a database on the server.
    database: Option<String>,
}

impl Drop for EmptyDatabase {
    fn drop(&mut self) {
        if let Some(name) = &self.database {
            cluster::required().drop_database(name);
        }
    }
}

impl EmptyDatabase {
    fn on(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => {
                let folder = TempDir::new().unwrap();
                Self { engine: Engine::Sqlite(folder.path().join("empty.db")), _folder: Some(folder), database: None }
            }
            Kind::Postgres => {
                let server = cluster::required();
                let name = server.create_database(None);
                Self { engine: Engine::Postgres(server.url(&name)), _folder: None, database: Some(name) }
            }
        }
    }
}

fn connect(engine: &Engine) -> Conn {
    engine.create().unwrap();
    engine.connect().unwrap_or_else(|error| panic!("{error}"))
}

/// Every object in the database's schema except the migrations' own table.
fn schema(engine: &Engine) -> Vec<String> {
    let sql = match engine {
        Engine::Sqlite(_) => {
            "SELECT type || ' ' || name || ' on ' || tbl_name || ': ' || coalesce(sql, '') AS line FROM sqlite_master \
             WHERE tbl_name <> '__diesel_schema_migrations' ORDER BY 1"
        }
        Engine::Postgres(_) => POSTGRES_SCHEMA,
    };
    query_lines(&mut connect(engine), sql)
}

const OWN_TABLES: &str = "n.nspname = 'public' AND c.relname <> '__diesel_schema_migrations'";

const POSTGRES_SCHEMA: &str = r"
    SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
        || a.attnotnull || ' ' || a.attnum || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relname <> '__diesel_schema_migrations' AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> '__diesel_schema_migrations'
    UNION ALL SELECT 'constraint ' || c.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relname <> '__diesel_schema_migrations'
    UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL SELECT 'function ' || p.proname || ' ' || p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL SELECT 'type ' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE n.nspname = 'public' AND t.typtype IN ('e', 'd')
    UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
    UNION ALL SELECT 'extension ' || extname::text FROM pg_extension WHERE extname <> 'plpgsql'
    ORDER BY 1";

/// The columns of each table, in order, and whether they are nullable.
type Tables = BTreeMap<String, Vec<(String, bool)>>;

pub(super) fn tables(engine: &Engine) -> Tables {
    let sql = match engine {
        // In SQLite a primary key column is not null only where it is declared so; all of ours are.
        Engine::Sqlite(_) => {
            "SELECT m.name || ' ' || p.name || ' ' || CASE WHEN p.\"notnull\" THEN 'required' ELSE 'nullable' END AS line \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name <> '__diesel_schema_migrations' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid"
                .to_owned()
        }
        Engine::Postgres(_) => format!(
            "SELECT c.relname || ' ' || a.attname || ' ' || CASE WHEN a.attnotnull THEN 'required' ELSE 'nullable' END AS line \
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE {OWN_TABLES} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum"
        ),
    };
    let mut tables = Tables::new();
    for line in query_lines(&mut connect(engine), &sql) {
        let [table, column, null] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        tables.entry(table.to_owned()).or_default().push((column.to_owned(), null == "nullable"));
    }
    tables
}

#[apply(both_engines)]
fn reverting_all_migrations_leaves_nothing_behind(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    let engine = &empty.engine;
    let known = migrations::known(engine);
    assert!(schema(engine).is_empty(), "{} is not empty to begin with", engine.name());
    assert_eq!(migrations::pending(engine).unwrap(), known);
    assert_eq!(migrations::run(engine).unwrap().len(), known.len());
    let first = schema(engine);
    assert!(migrations::pending(engine).unwrap().is_empty() && migrations::run(engine).unwrap().is_empty());

    assert_eq!(migrations::revert_all(engine).unwrap().len(), known.len());
    let left = schema(engine);
    // The extension may have existed before, and an ordinary database owner may not be able to drop it.
    let left: Vec<_> = left.iter().filter(|line| *line != "extension btree_gist").collect();
    assert!(left.is_empty(), "{}: not reverted: {left:#?}", engine.name());

    migrations::run(engine).unwrap();
    assert_eq!(schema(engine), first, "{}: the schema after the second run differs", engine.name());
}

#[apply(both_engines)]
fn failed_migration_leaves_nothing_behind(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    let engine = &empty.engine;
    let known = migrations::known(engine);
    // This migration has others before and after it, and creates this table last.
    let (failing, table) = ("_partners", "outreach_team_requests");
    connect(engine).batch_execute(&format!("CREATE TABLE {table} (id INTEGER)")).unwrap();
    let before = schema(engine);

    let complaint = migrations::run(engine).unwrap_err();

    assert!(complaint.starts_with("a migration failed") && complaint.contains(table), "{complaint}");
    let earlier = known.iter().position(|name| name.ends_with(failing)).unwrap();
    let applied = match engine {
        Engine::Sqlite(_) => 0,
        Engine::Postgres(_) => earlier,
    };
    assert!(earlier > 0 && earlier + 1 < known.len(), "there are migrations before it and after it");
    assert_eq!(migrations::pending(engine).unwrap(), known[applied..], "{}", engine.name());
    if applied == 0 {
        assert_eq!(schema(engine), before, "all of it or nothing");
    } else {
        let left = tables(engine);
        assert!(left.contains_key("care_plans") && !left.contains_key("hubs") && !left.contains_key("demo_loads"), "{left:?}");
        assert_eq!(recorded_versions(engine), versions(&known[..applied]), "the applied migrations are recorded");
    }

    connect(engine).batch_execute(&format!("DROP TABLE {table}")).unwrap();
    assert_eq!(migrations::run(engine).unwrap().len(), known.len() - applied, "the next run continues");
    assert_eq!(recorded_versions(engine), versions(&known));
    assert_eq!(declared(), tables(engine));
}

#[test]
fn both_engines_have_migrations_of_the_same_names() {
    let names = |engine: Engine| migrations::known(&engine);
    assert_eq!(names(Engine::Sqlite("unused".into())), names(Engine::Postgres("unused".to_owned())));
}

#[apply(both_engines)]
fn several_instances_can_migrate_at_once(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    let engine = &empty.engine;
    let applied: usize = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| migrations::run(engine))).collect();
        starts.into_iter().map(|start| start.join().unwrap().unwrap().len()).sum()
    });
    assert_eq!(applied, migrations::known(engine).len(), "{}", engine.name());
}

#[apply(postgres_only)]
fn both_engines_have_the_same_tables_and_columns(kind: Kind) {
    let [postgres, sqlite] = [kind, Kind::Sqlite].map(|kind| {
        let empty = EmptyDatabase::on(kind);
        migrations::run(&empty.engine).unwrap();
        tables(&empty.engine)
    });
    assert_eq!(sqlite, postgres);
}

/// `table column` of each foreign key, and `table column,column` of each index.
fn keys_and_indexes(engine: &Engine) -> (Vec<String>, Vec<String>) {
    let (keys, indexes) = match engine {
        Engine::Sqlite(_) => (
            "SELECT name || ' ' || columns AS line FROM (SELECT m.name, group_concat(f.\"from\", ',') AS columns \
             FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' GROUP BY m.name, f.id) ORDER BY 1"
                .to_owned(),
            // Partial indexes cover only some of the rows, so they do not count.
            "SELECT name || ' ' || columns AS line FROM (SELECT m.name, l.name AS iname, group_concat(i.name, ',') AS columns \
             FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) i \
             WHERE m.type = 'table' AND l.partial = 0 GROUP BY m.name, l.name)"
                .to_owned(),
        ),
        Engine::Postgres(_) => (
            format!(
                "SELECT c.relname || ' ' || string_agg(a.attname, ',' ORDER BY u.place) AS line FROM pg_constraint k \
                 JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
                 CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS u (number, place) \
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number \
                 WHERE {OWN_TABLES} AND k.contype = 'f' GROUP BY k.oid, c.relname ORDER BY 1"
            ),
            format!(
                "SELECT c.relname || ' ' || string_agg(a.attname, ',' ORDER BY u.place) AS line FROM pg_index i \
                 JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
                 JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am m ON m.oid = ic.relam \
                 CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, place) \
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number \
                 WHERE {OWN_TABLES} AND i.indpred IS NULL AND m.amname = 'btree' GROUP BY i.indexrelid, c.relname"
            ),
        ),
    };
    let mut conn = connect(engine);
    (query_lines(&mut conn, &keys), query_lines(&mut conn, &indexes))
}

#[apply(both_engines)]
fn every_foreign_key_has_an_index_that_begins_with_it(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    migrations::run(&empty.engine).unwrap();
    let (keys, indexes) = keys_and_indexes(&empty.engine);
    assert!(!keys.is_empty());
    let unindexed: BTreeSet<&String> =
        keys.iter().filter(|key| !indexes.iter().any(|index| index == *key || index.starts_with(&format!("{key},")))).collect();
    assert!(unindexed.is_empty(), "{}: no index begins with the columns of {unindexed:#?}", empty.engine.name());
}

/// The tables as the `schema.rs` of each crate declares them.
fn declared() -> Tables {
    let source: String = schemas().into_iter().map(|schema| schema.text).collect();
    let mut tables = Tables::new();
    for declaration in source.split("diesel::table! {").skip(1) {
        let mut body = declaration
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("use ") && !line.starts_with("//") && !line.starts_with("#["));
        let heading = body.next().unwrap();
        let name = heading.split([' ', '(']).next().unwrap();
        let columns = body.take_while(|line| *line != "}").map(|line| {
            let (column, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap_or_else(|| panic!("{name}: {line}"));
            (column.to_owned(), kind.starts_with("Nullable<"))
        });
        tables.insert(name.to_owned(), columns.collect());
    }
    tables
}

#[apply(both_engines)]
fn schema_modules_match_the_migrated_tables(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    migrations::run(&empty.engine).unwrap();
    assert_eq!(declared(), tables(&empty.engine), "{}: schema.rs and the migrations differ", empty.engine.name());
}

fn version(name: &str) -> String {
    name.split('_').next().unwrap().replace('-', "")
}

fn versions(names: &[String]) -> Vec<String> {
    names.iter().map(|name| version(name)).collect()
}

/// The versions whose checksums are recorded in the database.
fn recorded_versions(engine: &Engine) -> Vec<String> {
    query_lines(&mut connect(engine), "SELECT version AS line FROM migration_checksums ORDER BY 1")
}

#[apply(both_engines)]
fn database_records_the_checksum_of_each_migration(kind: Kind) {
    let empty = EmptyDatabase::on(kind);
    migrations::run(&empty.engine).unwrap();
    let known = migrations::known(&empty.engine);
    assert_eq!(recorded_versions(&empty.engine), versions(&known));
    let (altered, version) = (&known[3], version(&known[3]));
    connect(&empty.engine)
        .batch_execute(&format!("UPDATE migration_checksums SET checksum = 'other' WHERE version = '{version}'"))
        .unwrap();
    for ask in [migrations::run, migrations::pending, migrations::revert_all] {
        assert!(ask(&empty.engine).is_err_and(|line| line.contains(altered)));
    }
}

/// Foreign keys from tables of earlier migrations to tables of later ones.
const FORWARD: [(&str, &str); 7] = [
    ("outbox", "recipient_id"),
    ("silenced_addresses", "account_id"),
    ("signpost_changes", "changed_by"),
    ("address_requests", "registration_id"),
    ("care_episodes", "lead_clinician_id"),
    ("care_episode_events", "clinician_id"),
    ("funded_sessions", "appointment_id"),
];

/// Rows that the journey does not create.
const MORE_ROWS: &str = "
    INSERT INTO silenced_addresses (account_id, address_index, at) SELECT id, 'index', created_at FROM accounts LIMIT 1;
    INSERT INTO pending_registrations (id, email_index, form, tries, created_at, expires_at)
        SELECT id, 'index', email, 0, created_at, created_at FROM accounts LIMIT 1;
    INSERT INTO address_requests (id, kind, email_index, registration_id, due_at, created_at)
        SELECT id, 'registration', 'index', id, created_at, created_at FROM pending_registrations WHERE email_index = 'index';";

#[apply(both_engines)]
async fn rows_that_reference_each_other_do_not_block_reverting(app: TestApp) {
    people_of_every_role(&app, "Undone").await;
    app.in_care().await;
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    conn.batch_execute(MORE_ROWS).unwrap();
    let mut has_rows = |(table, column): &(&str, &str)| {
        !query_lines(&mut conn, &format!("SELECT 'a row' AS line FROM {table} WHERE {column} IS NOT NULL")).is_empty()
    };
    let empty: Vec<_> = FORWARD.iter().filter(|key| !has_rows(key)).collect();
    assert!(empty.is_empty(), "no row has a value in {empty:?}");

    let known = migrations::known(&app.engine);
    assert_eq!(migrations::revert_all(&app.engine).unwrap().len(), known.len());

    let left = schema(&app.engine);
    assert!(left.iter().all(|line| line == "extension btree_gist"), "not reverted: {left:#?}");
}
