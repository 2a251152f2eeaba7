//! Which databases the program opens: none that is newer than the program, in use by another server, or not to be created.

use confide::platform::db::{Engine, migrations};
use confide::platform::keys::KeyRing;

use super::{COMMANDS, Installation, finished, refused, succeeded};
use crate::support::program::send_request;
use crate::support::{Kind, apply, both_engines, postgres_only};

#[apply(both_engines)]
fn newer_database_is_refused_by_every_command(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    place.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
    let before = place.contents();
    for command in COMMANDS.into_iter().chain([["migrate", "--undo-all"].as_slice()]) {
        let complaint = refused(&finished(place.with_keys(&place.keys, command)));
        assert!(complaint.contains("newer than this program") && complaint.contains("20991231000001"), "{complaint}");
    }
    assert!(refused(&finished(place.command(&["migrate"]))).contains("newer than this program"), "without keys too");
    assert_eq!(place.contents(), before);
}

#[apply(postgres_only)]
fn several_instances_with_the_same_keys_start_on_one_database(kind: Kind) {
    let place = Installation::on(kind);
    let (_one, _two) = (place.serve(&place.keys), place.serve(&place.keys));
    refused(&finished(place.with_keys(&KeyRing::generate().to_text(), &["serve"])));
}

#[test]
fn only_one_server_at_a_time_uses_a_sqlite_file() {
    let place = Installation::sqlite();
    let mut server = place.serve(&place.keys);
    let process = format!("process {}", server.child.id());
    std::os::unix::fs::symlink(place.path("confide.db"), place.path("link.db")).unwrap();
    let by_link = format!("sqlite:{}", place.path("link.db").display());
    for command in COMMANDS[..3].iter().copied().chain([["migrate", "--undo-all"].as_slice(), &["restore", "a-backup"]]) {
        for url in [&place.url, &by_link] {
            let mut second = place.with_keys(&place.keys, command);
            second.env("DATABASE_URL", url);
            let complaint = refused(&finished(second));
            assert!(complaint.contains(&process) && complaint.contains("in use by another confide"), "{complaint}");
        }
    }
    // Commands that neither serve nor change the schema run next to the server.
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    succeeded(&finished(place.with_keys(&place.keys, &["migrate"])));
    let mut health = place.command(&["health"]);
    health.env("CONFIDE_LISTEN", server.address.to_string());
    succeeded(&finished(health));

    server.child.kill().unwrap();
    server.child.wait().unwrap();
    drop(place.serve(&place.keys));
}

#[test]
fn sqlite_file_with_two_hard_links_is_refused_under_both_names() {
    let place = Installation::sqlite();
    let server = place.serve(&place.keys);
    let (first, second) = (place.path("confide.db"), place.path("second.db"));
    std::fs::hard_link(&first, &second).unwrap();
    let others: [&[&str]; 3] = [&["migrate", "--undo-all"], &["restore", "a-backup"], &["backup", "a-backup"]];
    for command in COMMANDS.into_iter().chain(others) {
        for path in [&first, &second] {
            let mut other = place.with_keys(&place.keys, command);
            other.env("DATABASE_URL", format!("sqlite:{}", path.display()));
            let complaint = refused(&finished(other));
            assert!(complaint.contains("has 2 names (hard links)"), "{command:?}: {complaint}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let of_second = left.iter().filter(|name| name.to_string_lossy().starts_with("second.db")).count();
    assert_eq!(of_second, 1, "no lock and no log is created for it: {left:?}");
    assert_eq!(send_request(server.address, "GET", "/health/ready", None, None).unwrap().status, 200);
    std::fs::remove_file(&second).unwrap();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
}

#[apply(both_engines)]
fn serving_does_not_create_tables_in_a_configured_database(kind: Kind) {
    let place = Installation::on(kind);
    let file = place.path("confide.db");
    if place.database.is_none() {
        std::fs::write(&file, "").unwrap();
    }
    let named = |command: &[&str]| {
        let mut command = place.with_keys(&place.keys, command);
        command.env_remove("CONFIDE_CREATE_DATABASE");
        finished(command)
    };
    let refuse = || {
        for command in [COMMANDS[0], COMMANDS[4]] {
            let complaint = refused(&named(command));
            let is_explained =
                complaint.contains("does not contain the tables of this program") && complaint.contains("confide migrate");
            assert!(is_explained, "{command:?}: {complaint}");
        }
    };
    refuse();
    if place.database.is_none() {
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 0, "nothing is written");
    }
    place.sql("CREATE TABLE of_another_program (id INTEGER)");
    refuse();
    place.sql("DROP TABLE of_another_program");
    succeeded(&named(&["migrate"]));
    succeeded(&named(COMMANDS[4]));
}

#[test]
fn backup_newer_than_the_program_is_not_restored() {
    let (place, other) = (Installation::sqlite(), Installation::sqlite());
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    succeeded(&other.creates_administrator(&place.keys, "blake"));
    place.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
    let (copy, before) = (place.path("backup.db"), other.contents());
    succeeded(&finished(place.with_keys(&place.keys, &["backup", copy.to_str().unwrap()])));
    let restore = ["restore", copy.to_str().unwrap()];
    for command in [other.command(&restore), other.with_keys(&place.keys, &restore)] {
        let complaint = refused(&finished(command));
        let is_explained = complaint.contains("is not restored: the database is newer") && complaint.contains("20991231000001");
        assert!(is_explained, "{complaint}");
    }
    assert_eq!(other.contents(), before);
    let left: Vec<_> = std::fs::read_dir(other.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("db.re")), "{left:?}");
}

#[test]
fn database_of_a_running_server_is_not_migrated() {
    let place = Installation::sqlite();
    let _server = place.serve(&place.keys);
    // As if the program had one more migration than the database.
    let newest = migrations::known(&Engine::parse(&place.url).unwrap()).pop().unwrap();
    let version = newest.split('_').next().unwrap().replace('-', "");
    place.sql(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
    assert!(refused(&finished(place.command(&["migrate"]))).contains("in use by another confide"));
}
