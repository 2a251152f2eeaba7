//! Backing up a SQLite database while it is in use, and restoring it.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use confide::platform::db::{Engine, backups, migrations};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use crate::support::{TestApp, apply, sqlite_only};

fn path(engine: &Engine) -> PathBuf {
    let Engine::Sqlite(path) = engine else { panic!("not SQLite") };
    path.clone()
}

/// The number of notes with this name in the audit trail.
fn notes(engine: &Engine, name: &'static str) -> i64 {
    use confide::platform::schema::audit_events::dsl;
    let mut conn = engine.connect().unwrap_or_else(|error| panic!("{error}"));
    dsl::audit_events.filter(dsl::action.eq(name)).count().get_result(&mut conn).unwrap()
}

async fn note(app: &TestApp, name: &'static str) {
    use confide::platform::audit::{self, Actor};
    app.write(move |tx| audit::record(tx, Actor::SYSTEM, name, ("test", None))).await;
}

fn close(app: &TestApp) {
    assert!(app.platform.db.close(Duration::from_secs(5)));
}

#[apply(sqlite_only)]
async fn backup_of_a_running_service_is_one_private_file_with_all_data(app: TestApp) {
    let folder = TempDir::new().unwrap();
    note(&app, "test.before").await;
    let file = folder.path().join("back'up.db");
    backups::backup(&app.engine, &file, None).unwrap();
    note(&app, "test.after").await;
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    let copy = Engine::Sqlite(file.clone());
    assert_eq!((notes(&copy, "test.before"), notes(&copy, "test.after")), (1, 0));
    assert!(migrations::pending(&copy).unwrap().is_empty());
    assert!(backups::backup(&app.engine, &file, None).unwrap_err().contains("exists already"));
    app.get("/health/ready").send().await.expect(200);
}

#[apply(sqlite_only)]
async fn restored_backup_has_no_later_data_and_the_replaced_file_is_kept(app: TestApp) {
    let folder = TempDir::new().unwrap();
    note(&app, "test.before").await;
    let file = folder.path().join("backup.db");
    backups::backup(&app.engine, &file, None).unwrap();
    note(&app, "test.after").await;
    let refused = backups::restore(&app.engine, &file, None).unwrap_err();
    assert!(refused.contains("in use"), "{refused}");
    note(&app, "test.after").await;
    app.get("/health/ready").send().await.expect(200);
    close(&app);
    let replaced = backups::restore(&app.engine, &file, None).unwrap().replaced.unwrap();
    assert_eq!((notes(&app.engine, "test.before"), notes(&app.engine, "test.after")), (1, 0));
    let replaced = Engine::Sqlite(replaced);
    assert_eq!((notes(&replaced, "test.before"), notes(&replaced, "test.after")), (1, 2));
    assert_eq!(notes(&Engine::Sqlite(file), "test.before"), 1, "the backup itself is unchanged");
}

#[apply(sqlite_only)]
async fn restores_within_one_second_each_keep_the_replaced_file(app: TestApp) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("backup.db");
    backups::backup(&app.engine, &file, None).unwrap();
    note(&app, "test.after").await;
    close(&app);
    let mut replaced_files = Vec::new();
    for _ in 0..6 {
        replaced_files.push(backups::restore(&app.engine, &file, None).unwrap().replaced.unwrap());
    }
    let held: Vec<_> = replaced_files.iter().map(|path| notes(&Engine::Sqlite(path.clone()), "test.after")).collect();
    assert_eq!(held, [1, 0, 0, 0, 0, 0], "{replaced_files:?}");
    let names: std::collections::BTreeSet<_> = replaced_files.iter().collect();
    assert_eq!(names.len(), replaced_files.len(), "{replaced_files:?}");
}

#[apply(sqlite_only)]
async fn log_of_a_lost_file_does_not_damage_the_restored_database(app: TestApp) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("backup.db");
    backups::backup(&app.engine, &file, None).unwrap();
    for _ in 0..20 {
        note(&app, "test.after").await;
    }
    // The state after the file was deleted and the program killed: a log without a file.
    let database = path(&app.engine);
    let lost = folder.path().join("lost");
    std::fs::create_dir(&lost).unwrap();
    let mut log = database.clone().into_os_string();
    log.push("-wal");
    let place = Engine::Sqlite(lost.join("confide.db"));
    let log = std::fs::read(&log).unwrap();
    std::fs::write(lost.join("confide.db-wal"), &log).unwrap();
    assert!(migrations::run(&place).unwrap_err().contains("write-ahead log"), "an empty database would hide the loss");
    // An empty file in place of the lost one changes nothing: SQLite would delete the log.
    std::fs::write(lost.join("confide.db"), "").unwrap();
    assert!(migrations::run(&place).unwrap_err().contains("write-ahead log"));
    assert!(backups::backup(&place, &folder.path().join("of-nothing.db"), None).unwrap_err().contains("nothing to copy"));
    let replaced = backups::restore(&place, &file, None).unwrap().replaced.unwrap();
    assert_eq!(replaced.metadata().unwrap().len(), 0);
    let mut replaced_log = replaced.into_os_string();
    replaced_log.push("-wal");
    assert_eq!(std::fs::read(&replaced_log).unwrap(), log);
    std::fs::remove_file(lost.join("confide.db")).unwrap();
    std::fs::write(lost.join("confide.db-wal"), &log).unwrap();
    assert!(backups::restore(&place, &file, None).unwrap().replaced.is_none());
    assert_eq!(std::fs::read(&replaced_log).unwrap(), log);
    assert_eq!(notes(&place, "test.after"), 0);
    assert!(migrations::pending(&place).unwrap().is_empty());
}

#[apply(sqlite_only)]
async fn copy_with_its_log_is_restored_with_both(app: TestApp) {
    let folder = TempDir::new().unwrap();
    note(&app, "test.late").await;
    let copy = folder.path().join("copy.db");
    std::fs::copy(path(&app.engine), &copy).unwrap();
    let mut log = path(&app.engine).into_os_string();
    log.push("-wal");
    std::fs::copy(log, folder.path().join("copy.db-wal")).unwrap();
    let place = Engine::Sqlite(folder.path().join("new/confide.db"));
    backups::restore(&place, &copy, None).unwrap();
    assert_eq!(notes(&place, "test.late"), 1);
}

#[apply(sqlite_only)]
async fn damaged_or_foreign_file_replaces_nothing(app: TestApp) {
    let folder = TempDir::new().unwrap();
    note(&app, "test.kept").await;
    let sound = folder.path().join("sound.db");
    backups::backup(&app.engine, &sound, None).unwrap();
    close(&app);
    let bytes = std::fs::read(&sound).unwrap();
    let damaged = folder.path().join("damaged.db");
    let mut torn = bytes.clone();
    torn[8192..200_000].fill(0xff);
    std::fs::write(&damaged, torn).unwrap();
    let cut = folder.path().join("cut.db");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(&text, "these are not the pages of a database, however long one looks at them").unwrap();
    let foreign = folder.path().join("foreign.db");
    std::fs::write(&foreign, "").unwrap();
    let mut conn = SqliteConnection::establish(foreign.to_str().unwrap()).unwrap();
    conn.batch_execute("CREATE TABLE x (y INTEGER)").unwrap();
    for file in [damaged, cut, text, foreign, folder.path().join("missing.db")] {
        let refused = backups::restore(&app.engine, &file, None).unwrap_err();
        assert!(refused.lines().count() == 1 && !refused.is_empty(), "{refused}");
        assert_eq!(notes(&app.engine, "test.kept"), 1, "{file:?}");
    }
    let folder = path(&app.engine).parent().unwrap().to_owned();
    let left: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("restoring")), "{left:?}");
}

#[test]
fn postgresql_backups_refer_to_its_own_programs() {
    let engine = Engine::parse("postgres://confide:hush@db/confide").unwrap();
    let (backup, restore) =
        (backups::backup(&engine, "x".as_ref(), None).unwrap_err(), backups::restore(&engine, "x".as_ref(), None).unwrap_err());
    assert!(backup.contains("pg_dump") && restore.contains("pg_restore") && !(backup + &restore).contains("hush"));
}
