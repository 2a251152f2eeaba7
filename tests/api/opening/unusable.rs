//! A database that cannot be opened or written is refused with one line that says why.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;

use confide::platform::db::Engine;
use diesel::connection::SimpleConnection;

use super::{Installation, finished, refused, succeeded, with_arguments_of};
use crate::support::{Kind, apply, cluster, postgres_only};

/// The line with which a start on this database is refused.
fn start_on(place: &Installation, url: &str) -> String {
    let mut command = place.with_keys(&place.keys, &["migrate"]);
    command.env("DATABASE_URL", url);
    refused(&finished(command))
}

#[test]
fn sqlite_file_that_cannot_be_opened_says_why() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let whole = std::fs::read(place.path("confide.db")).unwrap();
    std::fs::write(place.path("text"), "This is no database at all. ".repeat(100)).unwrap();
    std::fs::create_dir(place.path("folder")).unwrap();
    let mut damaged = whole;
    damaged[100..8192].fill(0x55);
    std::fs::write(place.path("damaged"), damaged).unwrap();
    for (name, reason) in [
        ("text", "not a SQLite database"),
        ("folder", "it is a folder"),
        ("damaged", "damaged"),
        ("text/confide.db", "the folder of the database cannot be created"),
    ] {
        let complaint = start_on(&place, &format!("sqlite:{}", place.path(name).display()));
        assert!(complaint.contains(reason), "{name}: {complaint}");
    }
    let mut other = Engine::parse(&place.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}"));
    other.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM idempotency_keys").unwrap();
    let complaint = start_on(&place, &place.url);
    assert!(complaint.contains("another program has locked it") || complaint.contains("is locked"), "{complaint}");
}

#[test]
fn read_only_sqlite_file_is_reported_as_read_only() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let (file, folder) = (place.path("confide.db"), place.folder.path());
    let mode = |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(folder, 0o777);
    mode(&file, 0o444);
    let mut serve = place.with_keys(&place.keys, &["serve"]);
    if std::fs::metadata(&file).unwrap().uid() == 0 {
        // Root may write anyway. Another user needs their own lock file and a program in a folder that they may enter.
        std::fs::remove_file(place.path("confide.db.lock")).unwrap();
        let (built, program) = (env!("CARGO_BIN_EXE_confide"), place.path("program"));
        std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).unwrap();
        let mut other_user = Command::new("setpriv");
        other_user.args(["--reuid=65534", "--clear-groups"]).arg(program);
        serve = with_arguments_of(other_user, &serve);
    }
    let complaint = refused(&finished(serve));
    assert!(complaint.contains("read-only") && !complaint.contains("our side"), "{complaint}");
}

#[test]
fn postgres_database_that_cannot_be_reached_says_why() {
    let place = Installation::sqlite();
    let password = "hush-hush";
    for (url, reason) in [
        (format!("postgres://ada:{password}@127.0.0.1:1/none"), "nothing listens at 127.0.0.1, port 1"),
        (format!("postgres://ada:{password}@nowhere.invalid/none"), "the host \"nowhere.invalid\" is unknown"),
        (format!("postgres://ada:{password}@127.0.0.1:1/none?sslmode=verify-full"), "TLS"),
        (format!("postgres://ada:{password}@@127.0.0.1:1/none"), "nothing listens (connection refused)"),
        (format!("postgres://ada:x/{password}@127.0.0.1/none"), "a value in the address should be a number and is not"),
        (format!("postgres://ada:{password}@127.0.0.1:1/none?no_such_option=1"), "the address is not a valid postgres:// URL"),
        ("postgres:///none?host=/nowhere".to_owned(), "there is no socket at the socket /nowhere"),
    ] {
        let complaint = start_on(&place, &url);
        assert!(complaint.contains(reason) && !complaint.contains(password), "{url}: {complaint}");
    }
}

#[apply(postgres_only)]
fn postgres_database_that_refuses_connections_says_why(kind: Kind) {
    let place = Installation::on(kind);
    let name = place.database.clone().unwrap();
    let complaint = start_on(&place, &place.url.replace(&name, "none_such"));
    assert!(complaint.contains("the database \"none_such\" does not exist"), "{complaint}");
    let stranger =
        if place.url.contains('?') { format!("{}&user=stranger", place.url) } else { format!("{}?user=stranger", place.url) };
    let complaint = start_on(&place, &stranger);
    assert!(complaint.contains("the role \"stranger\" does not exist"), "{complaint}");
    let (server, role) = (cluster::required(), format!("none_left_{name}"));
    server.execute(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0"));
    let url = place.url.replace("user=confide", &format!("user={role}"));
    let complaint = start_on(&place, &url);
    assert!(complaint.contains(&format!("the role \"{role}\" has no connection left (its connection limit)")), "{complaint}");
    server.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT -1; ALTER DATABASE {name} CONNECTION LIMIT 0"));
    let complaint = start_on(&place, &url);
    assert!(complaint.contains(&format!("the database \"{name}\" has no connection left")), "{complaint}");
    server.execute(&format!("DROP ROLE {role}"));
}
