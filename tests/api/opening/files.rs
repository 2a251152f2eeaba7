//! Files that the program creates are readable by their owner only.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Installation, Server, finished, in_shell, succeeded};
use crate::support::actors::PASSWORD;
use crate::support::ports::free_address;
use crate::support::program::{Running, send_request};

/// Every file and folder below a folder, with its mode.
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

fn make_world_writable(path: &std::path::Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).unwrap();
}

/// The same command in a shell whose umask lets everyone read and write new files.
fn with_open_umask(command: &Command) -> Command {
    in_shell("umask 000", command)
}

#[test]
fn new_files_are_private_whatever_the_umask() {
    let place = Installation::sqlite();
    let url = format!("sqlite:{}", place.path("data/deep/confide.db").display());
    let keys = place.path("keys");
    let keys = keys.to_str().unwrap();
    let printed = std::fs::File::create(place.path("printed")).unwrap();
    make_world_writable(&place.path("printed"));
    for arguments in [["keys"].as_slice(), &["keys", "--write", keys], &["keys", "--rotate", keys]] {
        let mut command = with_open_umask(&place.command(arguments));
        if arguments.len() == 1 {
            command.stdout(printed.try_clone().unwrap());
        }
        succeeded(&finished(command));
    }
    assert!(std::fs::read_to_string(place.path("printed")).unwrap().starts_with("signing "));

    let mut create_admin = place.command(&["admin", "create", "--email", "avery@example.org", "--name", "Avery"]);
    create_admin.env("DATABASE_URL", &url).env("CONFIDE_KEYS_FILE", keys);
    succeeded(&finished(with_open_umask(&create_admin)));
    let address = free_address();
    let mut serve = place.command(&["serve"]);
    serve.env("DATABASE_URL", &url).env("CONFIDE_KEYS_FILE", keys).env("CONFIDE_LISTEN", address.to_string());
    let mut serve = with_open_umask(&serve);
    serve.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Server { child: Running::start(&mut serve), address };
    let begun = Instant::now();
    let signed_in = loop {
        let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
        if let Some(answer) = send_request(address, "POST", "/v1/sessions", None, Some(&form)) {
            break answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the server does not come up");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(signed_in.status, 201, "{}", signed_in.body);
    let form = serde_json::json!({ "email": "avery@example.org" });
    assert_eq!(send_request(address, "POST", "/v1/password-resets", None, Some(&form)).unwrap().status, 202);
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
fn readable_files_of_an_earlier_version_are_made_private() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    std::fs::create_dir(place.path("outbox")).unwrap();
    let left = ["confide.db", "confide.db.lock", "outbox/1.eml", "outbox/2.sms"].map(|name| place.path(name));
    for path in &left {
        std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
        make_world_writable(path);
    }
    let _server = place.serve(&place.keys);
    for path in &left {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
    }
}

#[test]
fn key_file_that_others_can_read_causes_a_warning() {
    let place = Installation::sqlite();
    let file = place.path("keys");
    std::fs::write(&file, &place.keys).unwrap();
    let create_admin = |email: &str| {
        let arguments = ["admin", "create", "--email", email, "--name", "Avery", "--keys-file", file.to_str().unwrap()];
        let output = finished(place.command(&arguments));
        succeeded(&output);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    make_world_writable(&file);
    assert!(create_admin("avery@example.org").contains("chmod 600"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(create_admin("blake@example.org"), "");
}
