//! No statement scans a whole growing table: each statement is recorded as it runs, and its query plan is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, Once};

use confide::platform::db::{Conn, Engine};
use diesel::PgConnection;
use diesel::QueryableByName;
use diesel::RunQueryDsl;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::Text;

use super::journey::{sweep, walk};
use crate::support::{TestApp, apply, both_engines};

/// Tables that grow with the number of people and with time.
const GROWING: &[&str] = &[
    "accounts",
    "sessions",
    "one_time_tokens",
    "address_requests",
    "message_counts",
    "pending_registrations",
    "sign_in_locations",
    "outbox",
    "audit_events",
    "audit_flags",
    "idempotency_keys",
    "practitioners",
    "conflict_tasks",
    "granted_access",
    "blocked_colleagues",
    "blocked_colleague_keys",
    "identity_entries",
    "identity_entry_keys",
    "clinics",
    "absences",
    "slots",
    "appointments",
    "appointment_events",
    "assessments",
    "assessment_answers",
    "assessment_outcomes",
    "risk_alerts",
    "risk_alert_events",
    "risk_contact_attempts",
    "risk_assessments",
    "risk_reviews",
    "pathway_changes",
    // messages
    "message_preferences",
    "calendar_changes",
    // signposting
    "signpost_changes",
    // reference_data
    "reference_changes",
    // self_check
    "self_checks",
    // contacts
    "contacts",
    "contact_triages",
    "contact_tasks",
    "contact_crises",
    "invitations",
    // registration
    "confidentiality_reasons",
    // funding
    "funding_requests",
    "funding_events",
    "funded_sessions",
    // hubs
    "hub_referrals",
    "hub_referral_events",
    // outreach
    "outreach_campaigns",
    "outreach_recipients",
    "outreach_opt_outs",
    "outreach_team_requests",
    // records
    "care_episodes",
    "care_episode_events",
    "clinical_notes",
    "note_addenda",
    "problems",
    "problem_versions",
    "allergy_statements",
    "prescribing_details",
    "care_plans",
    "care_plan_versions",
    "gp_sharing_statements",
    "safety_plan_versions",
    // prescriptions
    "prescribers",
    "prescribing_rights",
    "prescriptions",
    "prescription_issues",
    // fit_notes
    "fit_notes",
    "fit_note_duplicates",
    "return_to_work_plans",
    // letters
    "letters",
    "letter_events",
    // follow_ups
    "follow_ups",
    "follow_up_contacts",
    // groups
    "therapy_groups",
    "group_facilitators",
    "group_sessions",
    "group_screenings",
    "group_rescreenings",
    "group_enrolments",
    "group_agreements",
    "group_attendances",
    "group_notes",
    // feedback
    "entered_scores",
    "feedback_releases",
    "feedback",
    "feedback_invitations",
    "statistics_snapshots",
    "statistics_cells",
    // retention
    "retention_reviews",
    "retention_holds",
    "destruction_certificates",
];

/// The recorded statements of each database, by its address.
static RECORDED: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

/// Records the statements of one connection. Applications open their connections at the start, so every connection has a
/// listener.
#[derive(Default)]
struct Listener {
    address: String,
}

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => self.address = url.to_owned(),
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut all = RECORDED.lock().unwrap();
                // The program adds its settings to the configured address.
                let recorded = all.iter_mut().find(|(address, _)| self.address.contains(address.as_str()));
                if let Some((_, statements)) = recorded {
                    let text = query.to_string();
                    statements.insert(text.split(" -- binds").next().unwrap_or(&text).trim().to_owned());
                }
            }
            _ => {}
        }
    }
}

/// Installs a listener on every connection that is opened from now on.
pub fn install_query_listener() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::new(Listener::default()))).unwrap());
}

/// Starts to record the statements of this application's connections; returns the address of its database.
fn record_statements_of(app: &TestApp) -> String {
    let address = match &app.engine {
        Engine::Sqlite(path) => path.to_str().unwrap().to_owned(),
        Engine::Postgres(url) => url.clone(),
    };
    RECORDED.lock().unwrap().insert(address.clone(), BTreeSet::new());
    address
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct PostgresStep {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

fn is_relevant(statement: &str) -> bool {
    ["SELECT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| statement.starts_with(verb))
        && GROWING.iter().any(|table| statement.contains(table))
        // An empty list of values: nothing is read at all.
        && !statement.contains("(1=0) AND")
        && !statement.contains("AND (1=0)")
        && !statement.contains("WHERE (1=0)")
        // Statements of the guards themselves.
        && !statement.contains(" AS line")
}

/// Prepares a statement with the name `asked`. Where the server cannot infer the type of a parameter, likely types are tried.
fn prepare(conn: &mut PgConnection, statement: &str, types: &[&str]) -> Result<(), String> {
    let list = if types.is_empty() { String::new() } else { format!("({})", types.join(", ")) };
    let Err(error) = diesel::sql_query(format!("PREPARE asked {list} AS {statement}")).execute(conn) else { return Ok(()) };
    let error = error.to_string();
    let Some((_, number)) = error.split_once("could not determine data type of parameter $") else { return Err(error) };
    let number: usize = number.trim().parse().map_err(|_| error.clone())?;
    for likely in ["uuid", "timestamptz", "text", "boolean", "bigint"] {
        let mut types = types.to_vec();
        types[number - 1] = likely;
        if prepare(conn, statement, &types).is_ok() {
            return Ok(());
        }
    }
    Err(error)
}

/// The steps of a statement's plan.
fn plan(conn: &mut Conn, statement: &str) -> Vec<String> {
    match conn {
        Conn::Sqlite(inner) => {
            let steps: Vec<SqliteStep> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {statement}"))
                .load(inner)
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
            steps.into_iter().map(|step| step.detail).collect()
        }
        Conn::Postgres(inner) => {
            // A generic plan, as a prepared statement gets, and not one that is chosen because the tables are empty here.
            diesel::sql_query("SET plan_cache_mode = force_generic_plan").execute(inner).unwrap();
            diesel::sql_query("SET enable_seqscan = off").execute(inner).unwrap();
            let parameters = (1..100).take_while(|number| statement.contains(&format!("${number}"))).count();
            prepare(inner, statement, &vec!["unknown"; parameters]).unwrap_or_else(|error| panic!("{statement}: {error}"));
            let nulls = if parameters == 0 { String::new() } else { format!("({})", vec!["NULL"; parameters].join(", ")) };
            let steps: Vec<PostgresStep> = diesel::sql_query(format!("EXPLAIN EXECUTE asked{nulls}"))
                .load(inner)
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
            diesel::sql_query("DEALLOCATE asked").execute(inner).unwrap();
            steps.into_iter().map(|step| step.line).collect()
        }
    }
}

/// The step of a plan that scans a whole growing table, if any. Reading a whole index counts too, unless the statement has a
/// limit.
fn full_scan(steps: &[String], statement: &str) -> Option<String> {
    let stops = statement.contains(" LIMIT ") || statement.contains(" LIMIT\n");
    let guides = |line: &String| line.contains("Index Cond");
    let about = |step: &str| GROWING.iter().any(|table| step.split([' ', '`', '"']).any(|word| word == *table));
    for (place, step) in steps.iter().enumerate() {
        let step = step.trim().trim_start_matches("->").trim();
        let whole = step.starts_with("Seq Scan") || (step.starts_with("SCAN ") && !step.contains(" USING "));
        let in_order = step.starts_with("SCAN ") && step.contains(" USING ");
        // On PostgreSQL the condition of a scan is in the lines below it, up to the next node.
        let conditions = || steps[place + 1..].iter().take_while(|line| !line.contains("->"));
        let is_index = (step.starts_with("Index Scan") || step.starts_with("Index Only Scan")) && !conditions().any(guides);
        // A bitmap is made from an index that is named one or more lines further down.
        let bitmap = step.starts_with("Bitmap Heap Scan") && !steps[place + 1..].iter().any(guides);
        let unguided = is_index || bitmap;
        if about(step) && (whole || ((in_order || unguided) && !stops)) {
            return Some(step.to_owned());
        }
    }
    None
}

#[apply(both_engines)]
async fn no_statement_scans_a_whole_growing_table(app: TestApp) {
    let address = record_statements_of(&app);
    walk(&app).await;
    sweep(&app).await;
    let statements = RECORDED.lock().unwrap().remove(&address).unwrap();
    let statements: Vec<&String> = statements.iter().filter(|statement| is_relevant(statement)).collect();
    assert!(statements.len() > 20, "only {} statements were recorded", statements.len());
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let mut complaints = Vec::new();
    for statement in statements {
        let steps = plan(&mut conn, statement);
        if let Some(step) = full_scan(&steps, statement) {
            complaints.push(format!("{step}\n    in {statement}\n    {}", steps.join("\n    ")));
        }
    }
    assert!(complaints.is_empty(), "{} statements scan a whole table:\n{}", complaints.len(), complaints.join("\n"));
}

#[apply(both_engines)]
async fn statement_without_an_index_is_detected(app: TestApp) {
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let mut is_detected = |statement: &str| full_scan(&plan(&mut conn, statement), statement).is_some();
    for bad in [
        "SELECT id FROM accounts WHERE active",
        "SELECT count(*) FROM appointments",
        "DELETE FROM sessions WHERE ended_at IS NULL",
        "SELECT s.id FROM sessions s JOIN accounts ON accounts.id = s.account_id ORDER BY accounts.id",
    ] {
        assert!(is_detected(bad), "{bad}");
    }
    for good in [
        "SELECT id FROM accounts WHERE id = $1",
        "SELECT id FROM sessions WHERE account_id = $1 ORDER BY id LIMIT 5",
        "SELECT id FROM accounts ORDER BY id LIMIT 20",
        "UPDATE outbox SET attempts = 1 WHERE id = $1",
    ] {
        assert!(!is_detected(good), "{good}");
    }
}
