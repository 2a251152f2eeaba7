//! The demo and a real service are kept apart.

use std::process::Stdio;
use std::time::{Duration, Instant};

use confide::platform::keys::KeyRing;

use super::{Installation, Server, finished, refused, succeeded};
use crate::support::ports::free_address;
use crate::support::program::{Running, send_request};
use crate::support::{Kind, apply, both_engines};

#[test]
fn demo_creates_the_configured_database() {
    let place = Installation::sqlite();
    let address = free_address();
    let mut demo = place.command(&["demo"]);
    demo.env_remove("CONFIDE_CREATE_DATABASE").env_remove("CONFIDE_OUTBOX_DIR").env("CONFIDE_LISTEN", address.to_string());
    demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(!place.path("confide.db").exists());
    let mut server = Server { child: Running::start(&mut demo), address };
    let begun = Instant::now();
    while send_request(address, "GET", "/health/ready", None, None).is_none_or(|response| response.status != 200) {
        assert!(server.child.try_wait().unwrap().is_none(), "the demo does not start");
        assert!(begun.elapsed() < Duration::from_secs(300), "the demo does not come up");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(place.path("confide.db").exists());
}

#[test]
fn demo_without_its_keys_creates_no_new_ones() {
    let place = Installation::sqlite();
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let complaint = refused(&finished(place.command(&["demo"])));
    assert!(complaint.contains("not the keys of this database") && complaint.contains("demo-keys"), "{complaint}");
    assert!(!place.path("demo-keys").exists());
}

#[test]
fn production_refuses_the_keys_of_the_demo() {
    let place = Installation::sqlite();
    let complaint = refused(&finished(place.with_keys(&KeyRing::generate_for_demo().to_text(), &["serve"])));
    assert!(complaint.contains("keys of the demo"), "{complaint}");
    let file = place.path("demo-keys");
    std::fs::write(&file, &place.keys).unwrap();
    let complaint = refused(&finished(place.command(&["serve", "--keys-file", file.to_str().unwrap()])));
    assert!(complaint.contains("keys of the demo"), "{complaint}");
    assert!(!place.path("confide.db").exists(), "nothing is created");
}

#[test]
fn demo_data_is_not_loaded_where_real_data_may_be() {
    let place = Installation::sqlite();
    let (own, demo) = (place.keys.as_str(), KeyRing::generate_for_demo().to_text());
    for (command, keys, mode, reason) in [
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
        assert!(complaint.contains(reason) && complaint.contains("published password"), "{command:?}: {complaint}");
    }
    assert_eq!(std::fs::read_dir(place.folder.path()).unwrap().count(), 0, "nothing is created");
}

#[apply(both_engines)]
fn demo_serves_only_demo_databases_and_production_serves_none(kind: Kind) {
    let place = Installation::on(kind);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let complaint = refused(&finished(place.with_keys(&place.keys, &["demo", "--mode", "development"])));
    assert!(complaint.contains("does not contain the demo data"), "{complaint}");
    drop(place.serve(&place.keys));
    place.sql(
        "INSERT INTO demo_loads (id, began_at, finished_at) VALUES ('01a15024-c99b-7033-9cef-d804ed42fb14', \
         '2026-11-01T09:00:00.000000Z', '2026-11-01T09:01:00.000000Z')",
    );
    let complaint = refused(&finished(place.with_keys(&place.keys, &["serve"])));
    assert!(complaint.contains("the database contains the demo data"), "{complaint}");
}
