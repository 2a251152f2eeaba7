//! `confide audit verify`, and a PostgreSQL role that serves without being able to change the audit trail.

use confide::platform::Tx;
use confide::platform::audit;
use confide::platform::config::Policy;
use confide::platform::db::{Conn, Engine};
use confide::platform::ids::UtcTime;
use confide::platform::keys::KeyRing;
use confide::platform::schema::audit_events::dsl;
use confide::platform::seal::Sealer;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Installation, finished, refused, succeeded};
use crate::support::actors::PASSWORD;
use crate::support::{Kind, apply, both_engines};

impl Installation {
    fn connect(&self) -> Conn {
        Engine::parse(&self.url).unwrap().connect().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Chains what waits, as the background job of a server does; returns the end of the chain as the log has it.
    fn chains(&self) -> String {
        let (sealer, policy) = (Sealer::new(&KeyRing::parse(&self.keys).unwrap()), Policy::from_environment().unwrap());
        let now = UtcTime::from(chrono::DateTime::UNIX_EPOCH);
        let mut conn = self.connect();
        conn.transaction(|conn| audit::chain(&mut Tx::new(conn, now, &sealer, &policy))).unwrap();
        let head = audit::head(&mut conn).unwrap().expect("a chain");
        format!("{}:{}", head.number, head.hash)
    }

    fn verifies(&self, arguments: &[&str]) -> std::process::Output {
        finished(self.with_keys(&self.keys, &[&["audit", "verify"], arguments].concat()))
    }

    /// What a person with all rights on the database can do.
    fn tampers(&self, kind: Kind, sql: &str) {
        let unprotected = match kind {
            Kind::Sqlite => "DROP TRIGGER IF EXISTS audit_events_no_change; DROP TRIGGER IF EXISTS audit_events_no_delete;",
            Kind::Postgres => "ALTER TABLE audit_events DISABLE TRIGGER ALL;",
        };
        self.sql(&format!("{unprotected} {sql}"));
    }
}

fn report_of(output: &std::process::Output) -> String {
    succeeded(output);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[apply(both_engines)]
fn an_intact_chain_is_verified_beside_a_running_server(kind: Kind) {
    let place = Installation::on(kind);
    for name in ["avery", "blake"] {
        succeeded(&place.creates_administrator(&place.keys, name));
    }
    let head = place.chains();
    let _server = place.serve(&place.keys);
    let report = report_of(&place.verifies(&["--head", &head]));
    assert!(
        report.contains("is intact: ")
            && report.contains(&format!("link {} is the one of the log", head.split(':').next().unwrap())),
        "{report}"
    );
}

#[apply(both_engines)]
fn damage_is_named_with_its_kind_and_its_row(kind: Kind) {
    let place = Installation::on(kind);
    for name in ["avery", "blake"] {
        succeeded(&place.creates_administrator(&place.keys, name));
    }
    place.chains();
    let id: confide::platform::ids::Id =
        dsl::audit_events.filter(dsl::chain_number.eq(2)).select(dsl::id).first(&mut place.connect()).unwrap();
    let added = "00000000-0000-7000-8000-000000000001";
    place.sql(&format!(
        "INSERT INTO audit_events (id, at, actor_role, action, subject_kind)
         SELECT '{added}', at, actor_role, action, subject_kind FROM audit_events WHERE chain_number = 1"
    ));
    let complaint = refused(&place.verifies(&[]));
    assert!(complaint.contains(&format!("outside the chain: row {added} of ")), "{complaint}");
    place.tampers(kind, &format!("DELETE FROM audit_events WHERE id = '{added}'"));
    succeeded(&place.verifies(&[]));
    place.tampers(kind, "UPDATE audit_events SET action = 'nothing.happened' WHERE chain_number = 2");
    let complaint = refused(&place.verifies(&[]));
    assert!(complaint.contains(&format!("broken at link 2: row {id} of ")), "{complaint}");
    place.tampers(kind, "DELETE FROM audit_events WHERE chain_number = 1");
    let complaint = refused(&place.verifies(&[]));
    assert!(
        complaint.contains(&format!("broken at link 1: its row is missing, and the next one is row {id} of ")),
        "{complaint}"
    );
}

#[apply(both_engines)]
fn a_removed_or_rewritten_end_is_found_with_the_head_of_the_log(kind: Kind) {
    let place = Installation::on(kind);
    for name in ["avery", "blake"] {
        succeeded(&place.creates_administrator(&place.keys, name));
    }
    let head = place.chains();
    let complaint = refused(&place.verifies(&["--head", "1:other"]));
    assert!(complaint.contains("link 1 is not the one of the log"), "{complaint}");
    place.tampers(kind, "DELETE FROM audit_events WHERE chain_number = 2");
    succeeded(&place.verifies(&[]));
    let complaint = refused(&place.verifies(&["--head", &head]));
    assert!(complaint.contains("link 2 is missing"), "{complaint}");
}

/// The statements of the documentation that grant a role what a server needs.
const GRANTS: &str = include_str!("../../../docs/postgresql-service-role.sql");

#[test]
fn a_role_that_serves_on_postgresql_cannot_change_the_audit_trail() {
    let mut place = Installation::on(Kind::Postgres);
    succeeded(&place.creates_administrator(&place.keys, "avery"));
    let role = format!("serves_{}", std::process::id());
    place.sql(&format!("CREATE ROLE {role} LOGIN; ALTER ROLE {role} SET lc_messages = 'C'"));
    place.sql(&GRANTS.replace("confide_service", &role));
    let owner = place.url.clone();
    place.url = owner.replace("user=confide", &format!("user={role}"));
    assert_ne!(place.url, owner);
    let server = place.serve(&place.keys);
    let body = serde_json::json!({ "email": "avery@example.org", "password": PASSWORD });
    let signed_in = crate::support::program::send_request(server.address, "POST", "/v1/sessions", None, Some(&body)).unwrap();
    assert_eq!(signed_in.status, 201, "it writes events");
    place.chains();
    succeeded(&place.verifies(&[]));
    let mut conn = place.connect();
    for sql in [
        "UPDATE audit_events SET action = 'nothing.happened'",
        "UPDATE audit_events SET at = at",
        "UPDATE audit_events SET chain_hash = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "ALTER TABLE audit_events DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_events_append_only ON audit_events",
        "CREATE OR REPLACE FUNCTION audit_events_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SET session_replication_role = replica",
        "DROP TABLE audit_events",
    ] {
        assert!(conn.batch_execute(sql).is_err(), "{sql}");
    }
    drop((conn, server));
    place.url = owner;
    place.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}
