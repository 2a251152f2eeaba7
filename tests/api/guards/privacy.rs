//! What people tell the service is not in its logs, not in its refusals, and not to be read in its database.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use confide::platform::db::{Conn, Engine};
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::journey::{Walked, everybody, sweep, walk};
use super::migrations::lines;
use super::operation::{self, PLANTED};
use crate::support::{TestApp, apply, both_engines};

/// Columns whose words are meant for everybody's eyes: a clinician's public entry, where a clinic is held, and what people are
/// told whose intake is closed or who is pointed elsewhere, what a hub is called and how it is reached, and what an employer
/// is called.
const PUBLIC_COLUMNS: &[&str] = &[
    "clinicians.biography",
    "clinicians.place",
    "clinics.place",
    "slots.place",
    "appointments.place",
    "intake_switches.reason",
    "eligibility_rules.reason",
    "eligibility_rules.source",
    "intake_switch_changes.reason",
    "contact_hours.reason",
    "signposts.name",
    "signposts.summary",
    "signposts.area",
    "signposts.contact",
    "signposts.hours",
    "signposts.source",
    "signpost_changes.content",
    "hubs.name",
    "hub_channels.contact",
    "hub_channels.hours",
    "area_places.name",
];

/// Everything that was logged in this process since the first test asked for it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The log of the whole process: database threads log elsewhere than the test's own thread.
fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let filter = EnvFilter::new(
            "confide=trace,actix=debug,actix_web=debug,actix_http=debug,tracing_actix_web=debug,diesel=trace,lettre=debug",
        );
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log.clone()).try_init().unwrap();
        log
    })
}

/// Text in which words are looked for, whatever their case.
struct Text(String);

impl Text {
    fn of(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes).to_ascii_lowercase())
    }

    /// The first place of a word, with what stands around it.
    fn find(&self, word: &str) -> Option<String> {
        let at = self.0.find(&word.to_ascii_lowercase())?;
        let (before, after) = self.0.split_at(at);
        let before: String = before.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
        Some(before + &after.chars().take(100).collect::<String>())
    }
}

fn in_the_log(walked: &Walked) {
    let text = Text::of(&log().0.lock().unwrap());
    assert!(text.find("answered").is_some() && text.find("/v1/sessions").is_some(), "nothing is logged at all");
    for word in walked.secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]) {
        if let Some(around) = text.find(word) {
            panic!("{word} is in the log: …{around}…");
        }
    }
}

fn in_the_refusals(walked: &Walked) {
    for (what, reply) in &walked.refusals {
        let text = Text::of(&reply.body);
        for word in walked.secrets.iter().map(String::as_str).chain([PLANTED]) {
            assert!(text.find(word).is_none(), "{what} repeats what was sent: {}", reply.json);
        }
    }
}

/// Every value of every column that could hold words, as hexadecimal.
async fn columns_with_words(app: &TestApp) -> Vec<String> {
    app.sql(|conn| {
            let columns = lines(conn, match conn {
                Conn::Sqlite(_) => {
                    "SELECT m.name || '.' || p.name AS line FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
                }
                Conn::Postgres(_) => {
                    "SELECT table_name || '.' || column_name AS line FROM information_schema.columns \
                     WHERE table_schema = 'public' AND data_type IN ('text', 'bytea', 'character varying', 'json', 'jsonb')"
                }
            });
            let mut found = Vec::new();
            for column in columns.iter().filter(|column| !PUBLIC_COLUMNS.contains(&column.as_str())) {
                let (table, name) = column.split_once('.').unwrap();
                let sql = match conn {
                    Conn::Sqlite(_) => format!("SELECT coalesce(lower(hex(\"{name}\")), '') AS line FROM {table}"),
                    Conn::Postgres(_) => {
                        let bytes = format!("CASE WHEN pg_typeof(\"{name}\") = 'bytea'::regtype THEN \"{name}\"::text ELSE encode(convert_to(\"{name}\"::text, 'UTF8'), 'hex') END");
                        format!("SELECT coalesce({bytes}, '') AS line FROM {table}")
                    }
                };
                let holds = |word: &str| {
                    let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
                    move |line: &String| line.to_lowercase().contains(&hex)
                };
                let rows = lines(conn, &sql);
                if rows.iter().any(holds(PLANTED)) || rows.iter().any(holds("example.org")) {
                    found.push(column.clone());
                }
            }
            Ok(found)
        })
        .await
}

async fn in_the_columns(app: &TestApp) {
    let found = columns_with_words(app).await;
    assert!(found.is_empty(), "to be read by whoever steals the database: {found:?}");
}

/// Not even in pages that are no longer used.
fn in_the_file(app: &TestApp, walked: &Walked) {
    let Engine::Sqlite(path) = &app.engine else { return };
    for suffix in ["", "-wal"] {
        let text = Text::of(&std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default());
        for word in walked.secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]) {
            assert!(text.find(word).is_none(), "{word} is in the database file{suffix}");
        }
    }
}

#[apply(both_engines)]
async fn a_walk_through_the_service_leaves_no_word_behind(app: TestApp) {
    log();
    let walked = walk(&app).await;
    in_the_log(&walked);
    in_the_refusals(&walked);
    in_the_columns(&app).await;
    in_the_file(&app, &walked);
}

#[apply(both_engines)]
async fn the_search_finds_what_is_not_sealed(app: TestApp) {
    everybody(&app, "Anybody").await;
    app.sql(|conn| Ok(diesel::sql_query(format!("UPDATE accounts SET password_hash = '{PLANTED}'")).execute(conn)?)).await;
    assert_eq!(columns_with_words(&app).await, ["accounts.password_hash"]);
    assert!(Text::of(b"...QuokkaBerry...").find(PLANTED).is_some());
}

#[apply(both_engines)]
async fn no_operation_lets_a_word_out(app: TestApp) {
    log();
    let walked = sweep(&app).await;
    in_the_log(&walked);
    in_the_refusals(&walked);
    in_the_columns(&app).await;
}

#[apply(both_engines)]
async fn a_refusal_never_repeats_what_was_sent(app: TestApp) {
    log();
    let people = everybody(&app, "Sender").await;
    let mut walked = Walked::default();
    for operation in operation::all() {
        let token = &people.iter().find(|(role, _)| operation.lets_in(role)).unwrap().1.token;
        for parameter in operation.parameters.iter().filter(|parameter| parameter.place != "header") {
            let with = [(parameter.name.as_str(), PLANTED)];
            let reply = operation.ask(&app, &with, operation.sample_body().as_ref()).bearer(token).send().await;
            walked.answered(&operation.name(), reply);
        }
        let Some(schema) = &operation.body else { continue };
        let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let everywhere: Value =
            members.iter().map(|name| ((*name).clone(), json!(PLANTED))).collect::<serde_json::Map<_, _>>().into();
        let deep: Value =
            members.iter().map(|name| ((*name).clone(), json!([{ "x": PLANTED }]))).collect::<serde_json::Map<_, _>>().into();
        for body in [everywhere, deep, json!(PLANTED), json!([PLANTED])] {
            let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
            walked.answered(&operation.name(), reply);
        }
        for broken in [format!("{{\"a\": {PLANTED}"), PLANTED.to_owned(), format!("{{\"{PLANTED}")] {
            let reply = operation.ask(&app, &[], None).bearer(token).raw("application/json", broken).send().await;
            walked.answered(&operation.name(), reply);
        }
    }
    assert!(walked.refusals.len() > 50);
    in_the_refusals(&walked);
    in_the_log(&walked);
}
