//! Personal data does not appear in the logs, in the metrics, in refusals, in messages, or unsealed in the database.

use std::io::Write;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use confide::platform::db::{Conn, Engine};
use confide::platform::telemetry;
use diesel::RunQueryDsl;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::{Value, json};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::journey::{WalkResult, people_of_every_role, sweep, walk};
use super::migrations::query_lines;
use super::operation::{self, PLANTED};
use crate::support::app::parse_email;
use crate::support::cluster::installed;
use crate::support::{TestApp, apply, both_engines};

/// Words that no message may contain: they tell anyone who reads the screen of someone's phone what the message is about.
const TELLING: &[&str] = &[
    "mental",
    "psych",
    "therap",
    "counsel",
    "depress",
    "anxi",
    "suicid",
    "self-harm",
    "burnout",
    "addict",
    "alcohol",
    "trauma",
    "risk",
    "diagnos",
    "medic",
    "prescri",
    "symptom",
    "patient",
    "treat",
    "assess",
    "phq",
    "gad-7",
    "score",
    "discharge",
    "doctor",
    "nurse",
];

/// Columns with public text: a clinician's public entry, the place of a clinic, reasons for closed intake and eligibility
/// decisions, signposts, the names and channels of hubs, and the names of employers.
const PUBLIC_COLUMNS: &[&str] = &[
    "clinicians.biography",
    "clinicians.place",
    "clinics.place",
    "slots.place",
    "appointments.place",
    "intake_periods.reason",
    "eligibility_rules.reason",
    "eligibility_rules.source",
    "intake_period_changes.reason",
    "contact_hours.reason",
    "contact_hours_changes.reason",
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
    "area_assignments.name",
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
        // Everything at its lowest level, but what the program itself never logs.
        let filter = EnvFilter::new("trace,actix_http::h1=off");
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(log.clone()).try_init().unwrap();
        log
    })
}

/// The metrics of the whole process.
fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| telemetry::start_metrics().unwrap())
}

fn assert_metrics_are_clean(walked: &WalkResult) {
    let text = Text::of(metrics().render().as_bytes());
    assert!(text.find("confide_").is_some(), "nothing is measured at all: {}", text.0);
    for word in walked.secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]) {
        if let Some(around) = text.find(word) {
            panic!("{word} is in the metrics: …{around}…");
        }
    }
}

/// The text with its links cut before the token, whose random characters may spell anything.
fn without_tokens(content: &str) -> String {
    let words = content.split_inclusive(char::is_whitespace);
    words.map(|word| if word.starts_with("https://") { word.split('#').next().unwrap_or_default() } else { word }).collect()
}

/// Checks the subject and the text of every message that was sent. Its first lines name the recipient.
fn assert_messages_are_neutral(app: &TestApp) {
    let files: Vec<_> = std::fs::read_dir(app.outbox_folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 50, "only {} messages were sent", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let message = std::fs::read_to_string(&file).unwrap();
        let content = if file.extension().is_some_and(|extension| extension == "sms") {
            message.split_once("\n\n").map_or("", |(_, body)| body).to_owned()
        } else {
            let email = parse_email(&message);
            format!("{}\n{}", email.subject, email.body)
        };
        let text = Text::of(without_tokens(&content).as_bytes());
        wrong.extend(TELLING.iter().filter(|word| text.find(word).is_some()).map(|word| format!("{word}: {content}")));
        wrong.extend(text.find(PLANTED).map(|around| format!("a name or a text of someone: {around}")));
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} messages are not neutral:\n{}", wrong.len(), wrong.join("\n---\n"));
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

/// The columns that contain planted text or one of these secrets, without those in [`PUBLIC_COLUMNS`]. Values are compared as
/// hexadecimal.
async fn columns_with_planted_text(app: &TestApp, secrets: &[String]) -> Vec<String> {
    let words: Vec<String> =
        secrets.iter().map(String::as_str).chain([PLANTED, "example.org"]).map(|word| hex(word).to_lowercase()).collect();
    app.sql(move |conn| {
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
                let rows: Vec<String> = query_lines(conn, &sql).iter().map(|row| row.to_lowercase()).collect();
                if rows.iter().any(|row| words.iter().any(|word| row.contains(word))) {
                    found.push(column.clone());
                }
            }
            Ok(found)
        })
        .await
}

fn hex(word: &str) -> String {
    word.bytes().map(|byte| format!("{byte:02x}")).collect()
}

async fn assert_columns_are_clean(app: &TestApp, walked: &WalkResult) {
    let found = columns_with_planted_text(app, &walked.secrets).await;
    assert!(found.is_empty(), "readable in a stolen database: {found:?}");
}

/// Checks what a thief carries away: of SQLite the whole file with its log, including pages that are no longer used, of PostgreSQL a
/// dump. In a dump binary values are hexadecimal.
fn assert_file_is_clean(app: &TestApp, words: &[&str]) {
    let stolen: Vec<(String, Vec<u8>)> = match &app.engine {
        Engine::Sqlite(path) => ["", "-wal"]
            .map(|suffix| {
                (format!("the database file{suffix}"), std::fs::read(format!("{}{suffix}", path.display())).unwrap_or_default())
            })
            .to_vec(),
        Engine::Postgres(url) => dump(url).map(|dump| ("the dump".to_owned(), dump)).into_iter().collect(),
    };
    for (name, bytes) in stolen {
        let text = Text::of(&bytes);
        for word in words {
            assert!(text.find(word).is_none() && text.find(&hex(word)).is_none(), "{word} is in {name}");
        }
    }
}

/// The output of `pg_dump`; none where the program is not installed (the columns are searched in any case).
fn dump(url: &str) -> Option<Vec<u8>> {
    let program = installed::programs().ok()??.join("pg_dump");
    let output = Command::new(program).arg(url).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(Text::of(&output.stdout).find("COPY public.accounts").is_some(), "the dump is empty");
    Some(output.stdout)
}

#[apply(both_engines)]
async fn walk_through_the_service_leaks_no_personal_data(app: TestApp) {
    log();
    metrics();
    let walked = walk(&app).await;
    assert_log_is_clean(&walked);
    assert_metrics_are_clean(&walked);
    assert_refusals_are_clean(&walked);
    assert_columns_are_clean(&app, &walked).await;
    let secrets = walked.secrets.iter().map(String::as_str);
    assert_file_is_clean(&app, &secrets.chain([PLANTED, "example.org"]).collect::<Vec<_>>());
    assert_messages_are_neutral(&app);
}

#[apply(both_engines)]
async fn search_finds_unsealed_text(app: TestApp) {
    people_of_every_role(&app, "Anyone").await;
    app.sql(|conn| Ok(diesel::sql_query(format!("UPDATE accounts SET password_hash = '{PLANTED}'")).execute(conn)?)).await;
    assert_eq!(columns_with_planted_text(&app, &[]).await, ["accounts.password_hash"]);
    app.sql(|conn| Ok(diesel::sql_query("UPDATE accounts SET password_hash = 'a token'").execute(conn)?)).await;
    assert_eq!(columns_with_planted_text(&app, &["a token".to_owned()]).await, ["accounts.password_hash"]);
    assert!(Text::of(b"...QuokkaBerry...").find(PLANTED).is_some());
}

#[apply(both_engines)]
async fn no_operation_leaks_personal_data(app: TestApp) {
    log();
    metrics();
    let walked = sweep(&app).await;
    assert_log_is_clean(&walked);
    assert_metrics_are_clean(&walked);
    assert_refusals_are_clean(&walked);
    // Of the tokens the walk has enough: this has thousands.
    assert_columns_are_clean(&app, &WalkResult::default()).await;
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
