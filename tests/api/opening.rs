//! With which keys, and which program, a database opens: the real binary, on both engines.

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use confide::platform::db::{Engine, migrations};
use confide::platform::keys::{KeyRing, Place};
use confide::platform::password::LONGEST;
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::guards::lines;
use crate::support::actors::PASSWORD;
use crate::support::ports::free_address;
use crate::support::program::{Running, ask, confide};
use crate::support::{Kind, apply, both_engines, cluster, postgres_only};

/// A database of one's own, empty at first, and the keys that belong to it.
pub struct Installation {
    folder: TempDir,
    pub keys: String,
    pub url: String,
    database: Option<String>,
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(name) = &self.database {
            cluster::required().drop_database(name);
        }
    }
}

impl Installation {
    pub fn sqlite() -> Self {
        Self::on(Kind::Sqlite)
    }

    pub fn on(kind: Kind) -> Self {
        let (folder, keys) = (TempDir::new().unwrap(), KeyRing::throwaway().to_text());
        let (url, database) = match kind {
            Kind::Sqlite => (format!("sqlite:{}", folder.path().join("confide.db").display()), None),
            Kind::Postgres => {
                let name = cluster::required().create_database(None);
                (cluster::required().url(&name), Some(name))
            }
        };
        Self { folder, keys, url, database }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The binary with this installation's settings and none of the test's own environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = confide(arguments);
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("DATABASE_URL", &self.url)
            .env("CONFIDE_LISTEN", "127.0.0.1:0")
            .env("CONFIDE_CREATE_DATABASE", "true")
            .env("CONFIDE_OUTBOX_DIR", self.path("outbox"))
            .env("RUST_LOG", "off");
        command
    }

    pub fn with_keys(&self, keys: &str, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("CONFIDE_KEYS", keys);
        command
    }

    /// Makes an administrator with these keys.
    pub fn hires(&self, keys: &str, name: &str) -> Output {
        let email = format!("{name}@example.org");
        finished(self.with_keys(keys, &["admin", "create", "--email", &email, "--name", name]))
    }

    /// A running server of this installation; it answers when this returns.
    fn serve(&self, keys: &str) -> Server {
        let address = free_address();
        let mut command = self.with_keys(keys, &["serve"]);
        command.env("CONFIDE_LISTEN", address.to_string()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut server = Server { child: Running::start(&mut command), address };
        let begun = Instant::now();
        while ask(address, "GET", "/health/ready", None, None).is_none_or(|answer| answer.status != 200) {
            assert!(server.child.try_wait().unwrap().is_none(), "the server does not start");
            assert!(begun.elapsed() < Duration::from_secs(60), "the server does not come up");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    fn sql(&self, sql: &str) {
        Engine::parse(&self.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}")).batch_execute(sql).unwrap();
    }

    /// What the database holds that a refused start must not have touched.
    fn contents(&self) -> Vec<String> {
        let mut conn = Engine::parse(&self.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}"));
        let sql = "SELECT 'account ' || email_index AS line FROM accounts UNION ALL \
                   SELECT 'key ' || kind || ' ' || key_id || ' ' || tag FROM key_checks UNION ALL \
                   SELECT 'migration ' || version FROM __diesel_schema_migrations ORDER BY 1";
        lines(&mut conn, sql)
    }
}

struct Server {
    child: Running,
    address: SocketAddr,
}

/// Runs a command to its end; a password is on its standard input.
pub fn finished(command: Command) -> Output {
    finished_with(command, PASSWORD)
}

/// The same with this password.
fn finished_with(mut command: Command, password: &str) -> Output {
    let mut child = command.spawn().unwrap();
    // A command that was refused has closed its end.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The one line with which a command was refused.
pub fn refused(output: &Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it starts");
    assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
    assert!(complaint.starts_with("confide: "), "{complaint}");
    complaint
}

/// Every command that opens the database.
const COMMANDS: [&[&str]; 5] = [
    &["serve"],
    &["seed", "--mode", "development"],
    &["demo", "--mode", "development"],
    &["migrate"],
    &["admin", "create", "--email", "other@example.org", "--name", "Other"],
];

/// The line of a ring that begins so.
fn line<'a>(ring: &'a str, beginning: &str) -> &'a str {
    ring.lines().find(|line| line.starts_with(beginning)).unwrap_or_else(|| panic!("no line begins with {beginning}"))
}

#[apply(both_engines)]
fn other_keys_are_refused_by_every_command_and_change_nothing(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.hires(&place.keys, "avery"));
    let before = place.contents();
    let strange = KeyRing::throwaway().to_text();
    let with = |kind: &str| place.keys.replace(line(&place.keys, kind), line(&strange, kind));
    for (keys, named) in [
        (strange.clone(), "the index key and sealing key 1 and signing key k1"),
        (with("index"), "the index key"),
        (with("sealing"), "sealing key 1"),
        (with("signing"), "signing key k1"),
    ] {
        for command in COMMANDS {
            let complaint = refused(&finished(place.with_keys(&keys, command)));
            assert!(complaint.contains("not the keys of this database") && complaint.contains(named), "{command:?}: {complaint}");
            assert!(!keys.split_whitespace().any(|word| word.len() > 40 && complaint.contains(word)), "{complaint}");
        }
    }
    assert_eq!(place.contents(), before);
    succeeded(&place.hires(&place.keys, "blake"));
}

#[apply(both_engines)]
fn a_database_that_is_older_than_the_checks_is_tried_with_the_keys(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.hires(&place.keys, "avery"));
    place.sql("DELETE FROM key_checks");
    let before = place.contents();
    let strange = KeyRing::throwaway().to_text();
    let renumbered = place.keys.replace("sealing 1 ", "sealing 2 ");
    for (keys, named) in [
        (strange.clone(), "sealing key 1"),
        (place.keys.replace(line(&place.keys, "index"), line(&strange, "index")), "the index key"),
        (renumbered, "sealing key 1"),
    ] {
        let complaint = refused(&place.hires(&keys, "blake"));
        assert!(complaint.contains(named), "{complaint}");
    }
    assert_eq!(place.contents(), before);
    succeeded(&place.hires(&place.keys, "blake"));
    assert_eq!(place.contents().iter().filter(|line| line.starts_with("key ")).count(), 3, "the keys are known now");
    refused(&place.hires(&strange, "casey"));
}

#[apply(both_engines)]
fn an_old_key_that_rows_need_may_not_be_missing(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.hires(&place.keys, "avery"));
    let mut keys = KeyRing::parse(&place.keys).unwrap();
    keys.rotate(Place::First).unwrap();
    let rotated = keys.to_text();
    succeeded(&place.hires(&rotated, "blake"));
    for (beginning, named) in [("sealing 1 ", "sealing key 1 is missing"), ("sealing 2 ", "sealing key 2 is missing")] {
        let short = rotated.replace(line(&rotated, beginning), "");
        for command in COMMANDS {
            let complaint = refused(&finished(place.with_keys(&short, command)));
            assert!(complaint.contains(named) && complaint.contains("still sealed with it"), "{complaint}");
        }
    }
    // An old signing key may go: what it signed has run out in minutes.
    let without_old_signing = rotated.replace(line(&rotated, "signing k1 "), "");
    succeeded(&place.hires(&without_old_signing, "casey"));
}

#[apply(both_engines)]
fn an_old_key_that_no_row_needs_may_go(kind: Kind) {
    let place = Installation::on(kind);
    // The key is in use from here on, and seals nothing.
    let begun = ["admin", "create", "--email", "nobody", "--name", "Nobody"];
    refused(&finished(place.with_keys(&place.keys, &begun)));
    let strange = KeyRing::throwaway().to_text();
    let renewed = line(&strange, "sealing").replace(" 1 ", " 2 ");
    succeeded(&place.hires(&place.keys.replace(line(&place.keys, "sealing"), &renewed), "avery"));
}

#[apply(both_engines)]
fn a_newer_database_is_refused_by_every_command(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.hires(&place.keys, "avery"));
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
    refused(&finished(place.with_keys(&KeyRing::throwaway().to_text(), &["serve"])));
}

#[test]
fn one_server_at_a_time_has_a_sqlite_file() {
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
    // What does not serve, and has nothing to reshape, goes on beside the server.
    succeeded(&place.hires(&place.keys, "avery"));
    succeeded(&finished(place.with_keys(&place.keys, &["migrate"])));
    let mut health = place.command(&["health"]);
    health.env("CONFIDE_LISTEN", server.address.to_string());
    succeeded(&finished(health));

    server.child.kill().unwrap();
    server.child.wait().unwrap();
    drop(place.serve(&place.keys));
}

#[test]
fn a_sqlite_file_with_two_names_is_used_by_neither() {
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
    assert_eq!(of_second, 1, "no lock and no log is made for it: {left:?}");
    assert_eq!(ask(server.address, "GET", "/health/ready", None, None).unwrap().status, 200);
    std::fs::remove_file(&second).unwrap();
    succeeded(&place.hires(&place.keys, "avery"));
}

#[apply(both_engines)]
fn a_database_without_our_tables_that_the_settings_name_is_not_begun_by_serving(kind: Kind) {
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
            let says = complaint.contains("has no tables of this program") && complaint.contains("confide migrate");
            assert!(says, "{command:?}: {complaint}");
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
fn the_demo_begins_a_database_that_the_settings_name() {
    let place = Installation::sqlite();
    let address = free_address();
    let mut demo = place.command(&["demo"]);
    demo.env_remove("CONFIDE_CREATE_DATABASE").env_remove("CONFIDE_OUTBOX_DIR").env("CONFIDE_LISTEN", address.to_string());
    demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(!place.path("confide.db").exists());
    let mut server = Server { child: Running::start(&mut demo), address };
    let begun = Instant::now();
    while ask(address, "GET", "/health/ready", None, None).is_none_or(|answer| answer.status != 200) {
        assert!(server.child.try_wait().unwrap().is_none(), "the demo does not start");
        assert!(begun.elapsed() < Duration::from_secs(300), "the demo does not come up");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(place.path("confide.db").exists());
}

#[test]
fn a_password_on_standard_input_has_256_characters_at_most() {
    let place = Installation::sqlite();
    let longest = format!("{PASSWORD}{}", "x".repeat(LONGEST - PASSWORD.len()));
    let create = |password: &str, email: &str| {
        let command = place.with_keys(&place.keys, &["admin", "create", "--email", email, "--name", "Avery"]);
        finished_with(command, password)
    };
    let complaint = refused(&create(&format!("{longest}x"), "avery@example.org"));
    assert!(complaint.contains(&format!("at most {LONGEST} characters")), "{complaint}");
    succeeded(&create(&longest, "avery@example.org"));
}

#[test]
fn a_copy_is_made_and_restored_with_the_keys_of_its_database_only() {
    let (place, other) = (Installation::sqlite(), Installation::sqlite());
    succeeded(&place.hires(&place.keys, "avery"));
    succeeded(&other.hires(&other.keys, "blake"));
    let copy = place.path("backup.db");
    let backup = ["backup", copy.to_str().unwrap()];
    let complaint = refused(&finished(place.with_keys(&other.keys, &backup)));
    assert!(complaint.contains("not the keys of this database"), "{complaint}");
    assert!(!copy.exists() && !place.path("backup.db.unfinished").exists());
    succeeded(&finished(place.with_keys(&place.keys, &backup)));

    let before = other.contents();
    let restore = ["restore", copy.to_str().unwrap()];
    let complaint = refused(&finished(other.with_keys(&other.keys, &restore)));
    assert!(complaint.contains("backup.db is not restored: these are not the keys of this database"), "{complaint}");
    assert_eq!(other.contents(), before);
    let output = finished(other.command(&restore));
    succeeded(&output);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("warning: no keys were given"), "{said}");
    assert_eq!(other.contents(), place.contents());
    let output = finished(other.with_keys(&place.keys, &restore));
    succeeded(&output);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_copy_that_is_newer_than_the_program_replaces_nothing() {
    let (place, other) = (Installation::sqlite(), Installation::sqlite());
    succeeded(&place.hires(&place.keys, "avery"));
    succeeded(&other.hires(&place.keys, "blake"));
    place.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000001')");
    let (copy, before) = (place.path("backup.db"), other.contents());
    succeeded(&finished(place.with_keys(&place.keys, &["backup", copy.to_str().unwrap()])));
    let restore = ["restore", copy.to_str().unwrap()];
    for command in [other.command(&restore), other.with_keys(&place.keys, &restore)] {
        let complaint = refused(&finished(command));
        let says = complaint.contains("is not restored: the database is newer") && complaint.contains("20991231000001");
        assert!(says, "{complaint}");
    }
    assert_eq!(other.contents(), before);
    let left: Vec<_> = std::fs::read_dir(other.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("db.re")), "{left:?}");
}

#[test]
fn a_running_server_is_not_migrated_beneath_its_feet() {
    let place = Installation::sqlite();
    let _server = place.serve(&place.keys);
    // As if the program had a migration more than the database.
    let newest = migrations::known(&Engine::parse(&place.url).unwrap()).pop().unwrap();
    let version = newest.split('_').next().unwrap().replace('-', "");
    place.sql(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
    assert!(refused(&finished(place.command(&["migrate"]))).contains("in use by another confide"));
}

#[test]
fn development_without_keys_says_why_it_cannot_go_on() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    let complaint = refused(&finished(place.command(&["serve", "--mode", "development"])));
    assert!(complaint.contains("confide keys --write") && complaint.contains("CONFIDE_KEYS_FILE"), "{complaint}");
}

#[test]
fn a_demo_without_its_keys_makes_no_others() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    let complaint = refused(&finished(place.command(&["demo"])));
    assert!(complaint.contains("not the keys of this database") && complaint.contains("demo-keys"), "{complaint}");
    assert!(!place.path("demo-keys").exists());
}

#[test]
fn production_takes_no_keys_of_the_demo() {
    let place = Installation::sqlite();
    let complaint = refused(&finished(place.with_keys(&KeyRing::for_demo().to_text(), &["serve"])));
    assert!(complaint.contains("demo's keys"), "{complaint}");
    let file = place.path("demo-keys");
    std::fs::write(&file, &place.keys).unwrap();
    let complaint = refused(&finished(place.command(&["serve", "--keys-file", file.to_str().unwrap()])));
    assert!(complaint.contains("demo's keys"), "{complaint}");
    assert!(!place.path("confide.db").exists(), "nothing is made");
}

#[test]
fn invented_people_are_not_loaded_where_real_ones_may_be() {
    let place = Installation::sqlite();
    let (own, demo) = (place.keys.as_str(), KeyRing::for_demo().to_text());
    for (command, keys, mode, says) in [
        (["seed"].as_slice(), own, None, "--mode development"),
        (&["seed"], own, Some("production"), "--mode development"),
        (&["seed", "--mode", "production"], own, Some("development"), "--mode development"),
        (&["demo"], "", Some("production"), "CONFIDE_MODE"),
        (&["demo", "--mode", "production"], "", None, "CONFIDE_MODE"),
        (&["demo"], own, None, "leave out CONFIDE_KEYS"),
        (&["demo"], demo.as_str(), Some("production"), "CONFIDE_MODE"),
    ] {
        let mut refusing = if keys.is_empty() { place.command(command) } else { place.with_keys(keys, command) };
        refusing.envs(mode.map(|mode| ("CONFIDE_MODE", mode)));
        let complaint = refused(&finished(refusing));
        assert!(complaint.contains(says) && complaint.contains("password is published"), "{command:?}: {complaint}");
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0, "nothing is made");
}

#[apply(both_engines)]
fn a_demo_does_not_serve_what_is_not_its_own_and_production_does_not_serve_a_demo(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.hires(&place.keys, "avery"));
    let complaint = refused(&finished(place.with_keys(&place.keys, &["demo", "--mode", "development"])));
    assert!(complaint.contains("not the invented service"), "{complaint}");
    drop(place.serve(&place.keys));
    place.sql(
        "INSERT INTO demo_loads (id, began_at, finished_at) VALUES ('01a15024-c99b-7033-9cef-d804ed42fb14', \
         '2026-11-01T09:00:00.000000Z', '2026-11-01T09:01:00.000000Z')",
    );
    let complaint = refused(&finished(place.with_keys(&place.keys, &["serve"])));
    assert!(complaint.contains("the database holds the invented service"), "{complaint}");
}

#[apply(both_engines)]
fn a_rotation_is_written_whole_and_opens_everything_that_was_there(kind: Kind) {
    let place = Installation::on(kind);
    let file = place.path("keys");
    let file = file.to_str().unwrap();
    succeeded(&finished(place.command(&["keys", "--write", file])));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    refused(&finished(place.command(&["keys", "--write", file])));
    let first = std::fs::read_to_string(file).unwrap();
    succeeded(&place.hires(&first, "avery"));
    let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
    let signed_in = ask(place.serve(&first).address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
    let token = signed_in.json()["access_token"].as_str().unwrap().to_owned();
    let mut names = vec!["avery".to_owned()];

    for (step, order, previous) in [
        (["keys", "--rotate", file, "--second"].as_slice(), "k1 k2 1 2", &first),
        (&["keys", "--promote", file], "k2 k1 2 1", &String::new()),
        (&["keys", "--rotate", file], "k3 k2 k1 3 2 1", &String::new()),
    ] {
        let before = std::fs::read_to_string(file).unwrap();
        let said = finished(place.command(step));
        succeeded(&said);
        let (after, kept) =
            (std::fs::read_to_string(file).unwrap(), std::fs::read_to_string(format!("{file}.previous")).unwrap());
        assert_eq!(kept, before);
        assert!(previous.is_empty() || kept == **previous);
        let ids: Vec<_> =
            after.lines().filter(|line| !line.starts_with("index")).map(|line| line.split(' ').nth(1).unwrap()).collect();
        assert_eq!(ids.join(" "), order);
        assert!(before.lines().all(|line| after.lines().any(|other| other == line)), "an old key is gone");
        for secret in after.lines().map(|line| line.split(' ').nth(2).unwrap()) {
            assert!(!String::from_utf8_lossy(&said.stdout).contains(secret));
        }
        for path in [file.to_owned(), format!("{file}.previous")] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        names.push(format!("of-{}", ids[0]));
        succeeded(&place.hires(&after, &names[names.len() - 1]));
        // With the new keys the old token is good, and everything is read, whatever it was sealed with.
        let server = place.serve(&after);
        let read = |path: &str| ask(server.address, "GET", path, Some(&token), None).unwrap();
        let me = read("/v1/me");
        assert_eq!((me.status, me.json()["name"].as_str()), (200, Some("avery")), "{order}: {}", me.body);
        let staff = read("/v1/staff?limit=100").json();
        let mut read: Vec<&str> = staff["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        read.sort_unstable();
        assert_eq!((read, &staff["unreadable"]), (names.iter().map(String::as_str).collect(), &serde_json::json!([])), "{order}");
    }
    refused(&finished(place.command(&["keys", "--promote", file])));
    // The set from before the new keys were used does not open what they sealed.
    let complaint = refused(&place.hires(&first, "late"));
    assert!(complaint.contains("is missing"), "{complaint}");
    let left: Vec<_> = std::fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn the_lines_of_a_fresh_set_cannot_be_put_above_the_old_ones() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    let fresh = KeyRing::throwaway().to_text();
    for kind in ["signing", "sealing", "index"] {
        let complaint = refused(&finished(place.with_keys(&format!("{}\n{}", line(&fresh, kind), place.keys), &["serve"])));
        assert!(complaint.contains(kind) && complaint.contains("two"), "{complaint}");
    }
}

/// Every file and folder beneath a folder, with its mode.
fn modes(folder: &std::path::Path) -> Vec<(PathBuf, u32)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(modes(&path));
        }
        found.push((path.clone(), std::fs::metadata(&path).unwrap().permissions().mode() & 0o777));
    }
    found
}

fn loosen(path: &std::path::Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).unwrap();
}

/// The same command under a shell that would let everybody read and write what it makes.
fn carelessly(command: &Command) -> Command {
    in_shell("umask 000", command)
}

/// The same command in a shell that has done something first.
pub fn in_shell(first: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(command.get_program());
    with_the_rest_of(shell, command)
}

/// The beginning of a command, and the arguments and settings of another.
fn with_the_rest_of(mut begun: Command, command: &Command) -> Command {
    begun.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => begun.env(name, value),
            None => begun.env_remove(name),
        };
    }
    begun.current_dir(command.get_current_dir().unwrap()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    begun
}

#[test]
fn whatever_is_made_is_its_owners_alone_whatever_the_shell_allows() {
    let place = Installation::sqlite();
    let url = format!("sqlite:{}", place.path("data/deep/confide.db").display());
    let keys = place.path("keys");
    let keys = keys.to_str().unwrap();
    let printed = std::fs::File::create(place.path("printed")).unwrap();
    loosen(&place.path("printed"));
    for arguments in [["keys"].as_slice(), &["keys", "--write", keys], &["keys", "--rotate", keys]] {
        let mut command = carelessly(&place.command(arguments));
        if arguments.len() == 1 {
            command.stdout(printed.try_clone().unwrap());
        }
        succeeded(&finished(command));
    }
    assert!(std::fs::read_to_string(place.path("printed")).unwrap().starts_with("signing "));

    let mut hire = place.command(&["admin", "create", "--email", "avery@example.org", "--name", "Avery"]);
    hire.env("DATABASE_URL", &url).env("CONFIDE_KEYS_FILE", keys);
    succeeded(&finished(carelessly(&hire)));
    let address = free_address();
    let mut serve = place.command(&["serve"]);
    serve.env("DATABASE_URL", &url).env("CONFIDE_KEYS_FILE", keys).env("CONFIDE_LISTEN", address.to_string());
    let mut serve = carelessly(&serve);
    serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Server { child: Running::start(&mut serve), address };
    let begun = Instant::now();
    let signed_in = loop {
        let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
        if let Some(answer) = ask(address, "POST", "/v1/sessions", None, Some(&form)) {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the server does not come up");
        std::thread::sleep(Duration::from_millis(50));
    };
    let token = signed_in.json()["access_token"].as_str().unwrap().to_owned();
    let form = serde_json::json!({ "email": "cleo@example.org", "name": "Cleo", "role": "clinician" });
    assert_eq!(ask(address, "POST", "/v1/staff", Some(&token), Some(&form)).unwrap().status, 201);
    let is_message = |(path, _): &(PathBuf, u32)| path.extension().is_some_and(|ending| ending == "eml");
    while !modes(place.folder.path()).iter().any(is_message) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no message is sent");
        std::thread::sleep(Duration::from_millis(50));
    }
    let found = modes(place.folder.path());
    let names: Vec<_> = found.iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap()).collect();
    for name in
        ["confide.db", "confide.db-wal", "confide.db-shm", "confide.db.lock", "keys", "keys.previous", "outbox", "deep", "data"]
    {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    for (path, mode) in &found {
        assert_eq!(*mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[test]
fn what_an_earlier_version_left_readable_is_closed() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    std::fs::create_dir(place.path("outbox")).unwrap();
    let left = ["confide.db", "confide.db.lock", "outbox/1.eml", "outbox/2.sms"].map(|name| place.path(name));
    for path in &left {
        std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        loosen(path);
    }
    let _server = place.serve(&place.keys);
    for path in &left {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn a_file_of_keys_that_others_can_read_is_warned_of() {
    let place = Installation::sqlite();
    let file = place.path("keys");
    std::fs::write(&file, &place.keys).unwrap();
    let hire = |email: &str| {
        let arguments = ["admin", "create", "--email", email, "--name", "Avery", "--keys-file", file.to_str().unwrap()];
        let output = finished(place.command(&arguments));
        succeeded(&output);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    loosen(&file);
    assert!(hire("avery@example.org").contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(hire("blake@example.org"), "");
}

#[test]
fn production_without_a_way_to_send_does_not_start() {
    let place = Installation::sqlite();
    let start = |variables: &[(&str, &str)]| {
        let mut command = place.with_keys(&place.keys, &["serve"]);
        command.env_remove("CONFIDE_OUTBOX_DIR").envs(variables.iter().copied());
        refused(&finished(command))
    };
    assert!(start(&[]).contains("CONFIDE_SMTP_URL"));
    assert!(start(&[("CONFIDE_SMTP_URL", "smtp://127.0.0.1:1")]).contains("CONFIDE_SMS_URL"));
    assert!(!place.path("confide.db").exists() && !place.path("confide-data").exists(), "nothing is made");
}

#[test]
fn a_variable_that_nothing_reads_is_named() {
    let place = Installation::sqlite();
    let mut command = place.command(&["migrate"]);
    command.env("CONFIDE_DATABASE", "sqlite:elsewhere.db");
    let output = finished(command);
    succeeded(&output);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("CONFIDE_DATABASE is set, and nothing reads it (the database is DATABASE_URL)"), "{said}");
}

/// The names of an image's variables, from every `ENV` that it has.
fn variables_of(image: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for settings in image.split("\nENV ").skip(1) {
        for line in settings.lines() {
            names.extend(line.split_whitespace().filter_map(|word| Some(word.split_once('=')?.0)));
            if !line.ends_with('\\') {
                break;
            }
        }
    }
    names
}

#[test]
fn the_variables_of_an_image_are_found() {
    let image = "FROM a\nENV A=1\nRUN x B=2\nENV C=3 D=4 \\\n    E=5 \\\n    F=6\nEXPOSE 1\n";
    assert_eq!(variables_of(image), ["A", "C", "D", "E", "F"]);
}

#[test]
fn the_image_sets_nothing_that_nothing_reads() {
    let image = std::fs::read_to_string("Dockerfile").unwrap();
    let names = variables_of(&image);
    assert!(names.contains(&"DATABASE_URL"), "{names:?}");
    let place = Installation::sqlite();
    let help = finished(place.command(&["serve", "--help"]));
    let help = String::from_utf8_lossy(&help.stdout);
    for name in names {
        let is_read = help.contains(&format!("[env: {name}=")) || help.contains(&format!("[env: {name}]"));
        assert!(is_read, "the image sets {name}");
    }
}

#[test]
fn the_image_and_its_lines_name_commands_and_settings_that_there_are() {
    let (image, readme) = (std::fs::read_to_string("Dockerfile").unwrap(), std::fs::read_to_string("README.md").unwrap());
    assert!(image.contains("CMD [\"confide\", \"health\"]") && image.contains("\nSTOPSIGNAL SIGTERM\n"));
    let place = Installation::sqlite();
    let lines = image.lines().chain(readme.lines()).filter_map(|line| line.split_once("docker run ")).map(|(_, line)| line);
    let lines: Vec<_> = lines.map(|line| line.split('`').next().unwrap()).collect();
    assert!(lines.len() >= 9, "{lines:?}");
    for line in lines {
        let (options, command) = line.rsplit_once(" confide").unwrap();
        let words: Vec<_> = command.split_whitespace().collect();
        let mut verb: Vec<_> = words.iter().copied().take_while(|word| !word.starts_with("--")).collect();
        if verb.is_empty() {
            verb.push("serve");
        }
        verb.push("--help");
        let help = finished(place.command(&verb));
        succeeded(&help);
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "{line}: {flag}");
        }
        for setting in options.split(" -e ").skip(1).map(|setting| setting.split('=').next().unwrap()) {
            assert!(help.contains(&format!("[env: {setting}")), "{line}: {setting}");
        }
    }
}

/// The one line with which a start on such a database ends.
fn start_on(place: &Installation, url: &str) -> String {
    let mut command = place.with_keys(&place.keys, &["migrate"]);
    command.env("DATABASE_URL", url);
    refused(&finished(command))
}

#[test]
fn a_sqlite_file_that_cannot_be_opened_says_why() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    let whole = std::fs::read(place.path("confide.db")).unwrap();
    std::fs::write(place.path("text"), "This is no database at all. ".repeat(100)).unwrap();
    std::fs::create_dir(place.path("folder")).unwrap();
    let mut damaged = whole;
    damaged[100..8192].fill(0x55);
    std::fs::write(place.path("damaged"), damaged).unwrap();
    for (name, says) in [
        ("text", "not a SQLite database"),
        ("folder", "it is a folder"),
        ("damaged", "damaged"),
        ("text/confide.db", "the folder of the database cannot be made"),
    ] {
        let complaint = start_on(&place, &format!("sqlite:{}", place.path(name).display()));
        assert!(complaint.contains(says), "{name}: {complaint}");
    }
    let mut other = Engine::parse(&place.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}"));
    other.batch_execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM idempotency_keys").unwrap();
    let complaint = start_on(&place, &place.url);
    assert!(complaint.contains("holds its lock") || complaint.contains("is locked"), "{complaint}");
}

#[test]
fn a_sqlite_file_that_may_only_be_read_is_said_to_be_read_only() {
    let place = Installation::sqlite();
    succeeded(&place.hires(&place.keys, "avery"));
    let (file, folder) = (place.path("confide.db"), place.folder.path());
    let mode = |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(folder, 0o777);
    mode(&file, 0o444);
    let mut serve = place.with_keys(&place.keys, &["serve"]);
    if std::fs::metadata(&file).unwrap().uid() == 0 {
        // Root may write all the same. Somebody else needs a lock of their own, and a program in a folder that they may enter.
        std::fs::remove_file(place.path("confide.db.lock")).unwrap();
        let (built, program) = (env!("CARGO_BIN_EXE_confide"), place.path("program"));
        std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(drop)).unwrap();
        let mut somebody = Command::new("setpriv");
        somebody.args(["--reuid=65534", "--clear-groups"]).arg(program);
        serve = with_the_rest_of(somebody, &serve);
    }
    let complaint = refused(&finished(serve));
    assert!(complaint.contains("read-only") && !complaint.contains("our side"), "{complaint}");
}

#[test]
fn a_postgres_database_that_cannot_be_reached_says_why() {
    let place = Installation::sqlite();
    let hush = "hush-hush";
    for (url, says) in [
        (format!("postgres://ada:{hush}@127.0.0.1:1/none"), "nothing listens at 127.0.0.1, port 1"),
        (format!("postgres://ada:{hush}@nowhere.invalid/none"), "the host \"nowhere.invalid\" is unknown"),
        (format!("postgres://ada:{hush}@127.0.0.1:1/none?sslmode=verify-full"), "TLS"),
        (format!("postgres://ada:{hush}@@127.0.0.1:1/none"), "nothing listens (connection refused)"),
        (format!("postgres://ada:x/{hush}@127.0.0.1/none"), "a number in the address is not one"),
        (format!("postgres://ada:{hush}@127.0.0.1:1/none?no_such_option=1"), "the address is not a valid postgres:// URL"),
        ("postgres:///none?host=/nowhere".to_owned(), "there is no socket at the socket /nowhere"),
    ] {
        let complaint = start_on(&place, &url);
        assert!(complaint.contains(says) && !complaint.contains(hush), "{url}: {complaint}");
    }
}

#[apply(postgres_only)]
fn a_database_that_lets_nobody_in_says_why(kind: Kind) {
    let place = Installation::on(kind);
    let name = place.database.clone().unwrap();
    let complaint = start_on(&place, &place.url.replace(&name, "none_such"));
    assert!(complaint.contains("there is no database \"none_such\""), "{complaint}");
    let stranger =
        if place.url.contains('?') { format!("{}&user=stranger", place.url) } else { format!("{}?user=stranger", place.url) };
    let complaint = start_on(&place, &stranger);
    assert!(complaint.contains("there is no role \"stranger\""), "{complaint}");
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
