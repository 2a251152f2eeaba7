//! Personal data does not appear in the logs, in refusals, or unsealed in the database.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use confide::platform::db::{Conn, Engine};
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::journey::{WalkResult, people_of_every_role, sweep, walk};
use super::migrations::query_lines;
use super::operation::{self, PLANTED};
use crate::support::{TestApp, apply, both_engines};

/// Columns with public text: a clinician's public entry, the place of a clinic, reasons for closed intake and eligibility
/// decisions, signposts, the names and channels of hubs, and the names of employers.
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

/// Everything that this process has logged since the first test used it.
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

/// The log of the whole process, because database threads log on other threads than the test's own.
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

/// Text for case-insensitive searches.
struct Text(String);

impl Text {
    fn of(bytes: &[u8]) -> Self {
        Self(String::from_utf8_lossy(bytes).to_ascii_lowercase())
    }

    /// The first occurrence of a word, with the text around it.
    fn find(&self, word: &str) -> Option<String> {
        let at = self.0.find(&word.to_ascii_lowercase())?;
        let (before, after) = self.0.split_at(at);
        let before: String = before.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
        Some(before + &after.chars().take(100).collect::<String>())
    }
}

fn assert_log_is_clean(walked: &WalkResult) {
    let text = Text::of(&log().0.lock().unwrap());
    assert!(text.find("answered").is_some() && text.find("/v1/sessions").is_some(), "nothing is logged at all");
    for word in walked.secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]) {
        if let Some(around) = text.find(word) {
            panic!("{word} is in the log: …{around}…");
        }
    }
}

fn assert_refusals_are_clean(walked: &WalkResult) {
    for (what, reply) in &walked.refusals {
        let text = Text::of(&reply.body);
        for word in walked.secrets.iter().map(String::as_str).chain([PLANTED]) {
            assert!(text.find(word).is_none(), "{what} repeats what was sent: {}", reply.json);
        }
    }
}

/// The columns that contain planted text, without those in [`PUBLIC_COLUMNS`]. Values are compared as hexadecimal.
async fn columns_with_planted_text(app: &TestApp) -> Vec<String> {
    app.sql(|conn| {
            let columns = query_lines(conn, match conn {
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
                let rows = query_lines(conn, &sql);
                if rows.iter().any(holds(PLANTED)) || rows.iter().any(holds("example.org")) {
                    found.push(column.clone());
                }
            }
            Ok(found)
        })
        .await
}

async fn assert_columns_are_clean(app: &TestApp) {
    let found = columns_with_planted_text(app).await;
    assert!(found.is_empty(), "readable in a stolen database: {found:?}");
}

/// Checks the whole file, including pages that are no longer used.
fn assert_file_is_clean(app: &TestApp, walked: &WalkResult) {
    let Engine::Sqlite(path) = &app.engine else { return };
    for suffix in ["", "-wal"] {
        let text = Text::of(&std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default());
        for word in walked.secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]) {
            assert!(text.find(word).is_none(), "{word} is in the database file{suffix}");
        }
    }
}

#[apply(both_engines)]
async fn walk_through_the_service_leaks_no_personal_data(app: TestApp) {
    log();
    let walked = walk(&app).await;
    assert_log_is_clean(&walked);
    assert_refusals_are_clean(&walked);
    assert_columns_are_clean(&app).await;
    assert_file_is_clean(&app, &walked);
}

#[apply(both_engines)]
async fn search_finds_unsealed_text(app: TestApp) {
    people_of_every_role(&app, "Anyone").await;
    app.sql(|conn| Ok(diesel::sql_query(format!("UPDATE accounts SET password_hash = '{PLANTED}'")).execute(conn)?)).await;
    assert_eq!(columns_with_planted_text(&app).await, ["accounts.password_hash"]);
    assert!(Text::of(b"...QuokkaBerry...").find(PLANTED).is_some());
}

#[apply(both_engines)]
async fn no_operation_leaks_personal_data(app: TestApp) {
    log();
    let walked = sweep(&app).await;
    assert_log_is_clean(&walked);
    assert_refusals_are_clean(&walked);
    assert_columns_are_clean(&app).await;
}

#[apply(both_engines)]
async fn refusals_never_repeat_what_was_sent(app: TestApp) {
    log();
    let people = people_of_every_role(&app, "Sender").await;
    let mut walked = WalkResult::default();
    for operation in operation::all() {
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
        for parameter in operation.parameters.iter().filter(|parameter| parameter.place != "header") {
            let with = [(parameter.name.as_str(), PLANTED)];
            let reply = operation.ask(&app, &with, operation.sample_body().as_ref()).bearer(token).send().await;
            walked.add_response(&operation.name(), reply);
        }
        let Some(schema) = &operation.body else { continue };
        let members: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let everywhere: Value =
            members.iter().map(|name| ((*name).clone(), json!(PLANTED))).collect::<serde_json::Map<_, _>>().into();
        let deep: Value =
            members.iter().map(|name| ((*name).clone(), json!([{ "x": PLANTED }]))).collect::<serde_json::Map<_, _>>().into();
        for body in [everywhere, deep, json!(PLANTED), json!([PLANTED])] {
            let reply = operation.ask(&app, &[], Some(&body)).bearer(token).send().await;
            walked.add_response(&operation.name(), reply);
        }
        for broken in [format!("{{\"a\": {PLANTED}"), PLANTED.to_owned(), format!("{{\"{PLANTED}")] {
            let reply = operation.ask(&app, &[], None).bearer(token).raw("application/json", broken).send().await;
            walked.add_response(&operation.name(), reply);
        }
    }
    assert!(walked.refusals.len() > 50);
    assert_refusals_are_clean(&walked);
    assert_log_is_clean(&walked);
}
