//! Database messages in another language than English cannot be classified, so the program warns about them.

use confide::platform::db::{Engine, Outage};
use confide::server::opening;
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

use super::outages::{name_and_url, number};
use crate::support::{TestApp, apply, cluster, postgres_only};

/// Needs a server with German messages for the locale `C.UTF-8`; the tests' own server has them where Debian's package is
/// installed with its translations. It fails without them; `--skip messages_in_another_language` leaves it out.
#[apply(postgres_only)]
async fn messages_in_another_language_cause_a_warning_with_a_working_remedy(app: TestApp) {
    let (name, url) = name_and_url(&app);
    let (server, role) = (cluster::required(), format!("other_{name}"));
    let mut admin = Engine::Postgres(url.clone()).connect().unwrap_or_else(|error| panic!("{error}"));
    server.execute(&format!("CREATE ROLE {role} LOGIN"));
    let url = url.replace("user=confide", &format!("user={role}"));
    let is_a_locale = admin.batch_execute(&format!("ALTER ROLE {role} SET lc_messages = 'C.UTF-8'")).is_ok();
    let untouched = PgConnection::establish(&url).unwrap().batch_execute("SELECT 1 / 0").unwrap_err();
    if !is_a_locale || untouched.to_string() == "division by zero" {
        server.execute(&format!("DROP ROLE {role}"));
        panic!("the server has no German messages for C.UTF-8: {untouched}");
    }
    let engine = Engine::Postgres(url);
    let stopped = || {
        let mut conn = engine.connect().unwrap_or_else(|error| panic!("{error}"));
        conn.batch_execute("SET statement_timeout = '10ms'").unwrap();
        Outage::of(&conn.batch_execute("SELECT pg_sleep(5)").unwrap_err())
    };
    let warned = opening::warnings(&engine);
    assert_eq!((warned.len(), stopped()), (1, None), "{warned:?}");
    assert!(warned[0].contains("lc_messages is 'C.UTF-8'"), "{warned:?}");
    if number(&mut admin, "SELECT current_setting('server_version_num')::bigint AS number").unwrap() >= 150_000 {
        server.execute(&format!("GRANT SET ON PARAMETER lc_messages TO {role}"));
        assert_eq!(
            (opening::warnings(&engine), stopped()),
            (Vec::new(), Some(Outage::TooSlow)),
            "a role that may set the language gets English"
        );
        server.execute(&format!("REVOKE SET ON PARAMETER lc_messages FROM {role}"));
        assert_eq!(opening::warnings(&engine).len(), 1);
    }
    let (_, remedy) = warned[0].split_once("run this once: ").unwrap();
    server.execute(remedy);
    assert_eq!((opening::warnings(&engine), stopped()), (Vec::new(), Some(Outage::TooSlow)));
    server.execute(&format!("ALTER ROLE {role} SUPERUSER; ALTER ROLE {role} SET lc_messages = 'C.UTF-8'"));
    assert_eq!((opening::warnings(&engine), stopped()), (Vec::new(), Some(Outage::TooSlow)));
    server.execute(&format!("DROP ROLE {role}"));
}
