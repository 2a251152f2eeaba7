//! The keys of a database, and their rotation.

use std::os::unix::fs::PermissionsExt;

use confide::platform::keys::{KeyPosition, KeyRing};

use super::{COMMANDS, Installation, finished, refused, succeeded};
use crate::support::actors::PASSWORD;
use crate::support::program::send_request;
use crate::support::{Kind, apply, both_engines};

/// The line of a key ring that starts with this text.
fn line<'a>(ring: &'a str, prefix: &str) -> &'a str {
    ring.lines().find(|line| line.starts_with(prefix)).unwrap_or_else(|| panic!("no line starts with {prefix}"))
}

#[apply(both_engines)]
fn other_keys_are_refused_by_every_command_and_change_nothing(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let before = place.contents();
    let foreign = KeyRing::generate().to_text();
    let with = |kind: &str| place.keys.replace(line(&place.keys, kind), line(&foreign, kind));
    for (keys, named) in [
        (foreign.clone(), "the index key and sealing key 1 and signing key k1"),
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
    succeeded(&place.creates_administrator(&place.keys, "blake"));
}

#[apply(both_engines)]
fn keys_are_checked_against_rows_in_a_database_without_key_checks(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    place.sql("DELETE FROM key_checks");
    let before = place.contents();
    let foreign = KeyRing::generate().to_text();
    let renumbered = place.keys.replace("sealing 1 ", "sealing 2 ");
    for (keys, named) in [
        (foreign.clone(), "sealing key 1"),
        (place.keys.replace(line(&place.keys, "index"), line(&foreign, "index")), "the index key"),
        (renumbered, "sealing key 1"),
    ] {
        let complaint = refused(&place.creates_administrator(&keys, "blake"));
        assert!(complaint.contains(named), "{complaint}");
    }
    assert_eq!(place.contents(), before);
    succeeded(&place.creates_administrator(&place.keys, "blake"));
    assert_eq!(place.contents().iter().filter(|line| line.starts_with("key ")).count(), 3, "the keys are known now");
    refused(&place.creates_administrator(&foreign, "casey"));
}

#[apply(both_engines)]
fn old_key_that_rows_need_must_be_present(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let mut keys = KeyRing::parse(&place.keys).unwrap();
    keys.rotate(KeyPosition::First).unwrap();
    let rotated = keys.to_text();
    succeeded(&place.creates_administrator(&rotated, "blake"));
    for (prefix, named) in [("sealing 1 ", "sealing key 1 is missing"), ("sealing 2 ", "sealing key 2 is missing")] {
        let short = rotated.replace(line(&rotated, prefix), "");
        for command in COMMANDS {
            let complaint = refused(&finished(place.with_keys(&short, command)));
            assert!(complaint.contains(named) && complaint.contains("still sealed with it"), "{complaint}");
        }
    }
    // An old signing key may be removed: what it signed expires within minutes.
    let without_old_signing = rotated.replace(line(&rotated, "signing k1 "), "");
    succeeded(&place.creates_administrator(&without_old_signing, "casey"));
}

#[apply(both_engines)]
fn old_key_that_no_row_needs_may_be_removed(kind: Kind) {
    let place = Installation::on(kind);
    // The database knows the key from here on, but nothing is sealed with it.
    let begun = ["admin", "create", "--email", "no-address", "--name", "No Address"];
    refused(&finished(place.with_keys(&place.keys, &begun)));
    let foreign = KeyRing::generate().to_text();
    let renewed = line(&foreign, "sealing").replace(" 1 ", " 2 ");
    succeeded(&place.creates_administrator(&place.keys.replace(line(&place.keys, "sealing"), &renewed), "avery"));
}

#[test]
fn backup_and_restore_require_the_keys_of_the_database() {
    let (place, other) = (Installation::sqlite(), Installation::sqlite());
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    succeeded(&other.creates_administrator(&other.keys, "blake"));
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
    let output_text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output_text.contains("warning: no keys were given"), "{output_text}");
    assert_eq!(other.contents(), place.contents());
    let output = finished(other.with_keys(&place.keys, &restore));
    succeeded(&output);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn development_without_keys_explains_why_it_cannot_start() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let complaint = refused(&finished(place.command(&["serve", "--mode", "development"])));
    assert!(complaint.contains("confide keys --write") && complaint.contains("CONFIDE_KEYS_FILE"), "{complaint}");
}

#[apply(both_engines)]
fn key_rotation_is_atomic_and_keeps_everything_readable(kind: Kind) {
    let place = Installation::on(kind);
    let file = place.path("keys");
    let file = file.to_str().unwrap();
    succeeded(&finished(place.command(&["keys", "--write", file])));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    refused(&finished(place.command(&["keys", "--write", file])));
    let first = std::fs::read_to_string(file).unwrap();
    succeeded(&place.creates_administrator(&first, "avery"));
    let form = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
    let signed_in = send_request(place.serve(&first).address, "POST", "/v1/sessions", None, Some(&form)).unwrap();
    let token = signed_in.json()["access_token"].as_str().unwrap().to_owned();
    let mut names = vec!["avery".to_owned()];

    for (step, order, previous) in [
        (["keys", "--rotate", file, "--second"].as_slice(), "k1 k2 1 2", &first),
        (&["keys", "--promote", file], "k2 k1 2 1", &String::new()),
        (&["keys", "--rotate", file], "k3 k2 k1 3 2 1", &String::new()),
    ] {
        let before = std::fs::read_to_string(file).unwrap();
        let output = finished(place.command(step));
        succeeded(&output);
        let (after, previous_file) =
            (std::fs::read_to_string(file).unwrap(), std::fs::read_to_string(format!("{file}.previous")).unwrap());
        assert_eq!(previous_file, before);
        assert!(previous.is_empty() || previous_file == **previous);
        let ids: Vec<_> =
            after.lines().filter(|line| !line.starts_with("index")).map(|line| line.split(' ').nth(1).unwrap()).collect();
        assert_eq!(ids.join(" "), order);
        assert!(before.lines().all(|line| after.lines().any(|other| other == line)), "an old key is missing");
        for secret in after.lines().map(|line| line.split(' ').nth(2).unwrap()) {
            assert!(!String::from_utf8_lossy(&output.stdout).contains(secret));
        }
        for path in [file.to_owned(), format!("{file}.previous")] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        names.push(format!("of-{}", ids[0]));
        succeeded(&place.creates_administrator(&after, &names[names.len() - 1]));
        // With the new keys the old token is valid, and everything is readable, whichever key sealed it.
        let server = place.serve(&after);
        let read = |path: &str| send_request(server.address, "GET", path, Some(&token), None).unwrap();
        let me = read("/v1/me");
        assert_eq!((me.status, me.json()["name"].as_str()), (200, Some("avery")), "{order}: {}", me.body);
        let staff = read("/v1/staff?limit=100").json();
        let mut read: Vec<&str> = staff["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        read.sort_unstable();
        assert_eq!((read, &staff["unreadable"]), (names.iter().map(String::as_str).collect(), &serde_json::json!([])), "{order}");
    }
    refused(&finished(place.command(&["keys", "--promote", file])));
    // The set from before the new keys does not open what they sealed.
    let complaint = refused(&place.creates_administrator(&first, "late"));
    assert!(complaint.contains("is missing"), "{complaint}");
    let left: Vec<_> = std::fs::read_dir(place.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn lines_of_a_new_key_ring_cannot_be_added_to_an_old_one() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let fresh = KeyRing::generate().to_text();
    for kind in ["signing", "sealing", "index"] {
        let complaint = refused(&finished(place.with_keys(&format!("{}\n{}", line(&fresh, kind), place.keys), &["serve"])));
        assert!(complaint.contains(kind) && complaint.contains("two"), "{complaint}");
    }
}
