//! The end of records: what is listed, who decides, what stops a destruction, and that nothing is left of a destroyed record.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use confide::access::registration::queries::pending;
use confide::care::risk;
use confide::people::Role;
use confide::people::accounts::queries as accounts;
use confide::people::practitioners::model::Pathway;
use confide::platform::audit;
use confide::platform::db::Conn;
use confide::platform::http::idempotency;
use confide::platform::ids::Id;
use confide::platform::outbox::admin;
use confide::platform::recipient_limits;
use confide::platform::seal::Place;
use serde_json::json;

use crate::guards::access::records::{Records, Team};
use crate::guards::query_lines;
use crate::support::actors::{Actor, PASSWORD};
use crate::support::sources::schemas;
use crate::support::{TestApp, apply, both_engines};

/// Two privacy officers, and a practitioner whose record is listed because they died eleven years ago.
async fn due_record(app: &TestApp) -> (Actor, Actor, Actor, String) {
    let (pia, otis) = app.two_privacy_officers().await;
    let (cleo, ada) = (app.cleo().await, app.practitioner("Ada Byron").await);
    app.died_eleven_years_ago(&ada, &cleo).await;
    app.run_retention_job().await;
    let review = pia.review_of(&ada, "due").await.expect("a review of her record");
    (pia, otis, ada, review)
}

#[apply(both_engines)]
async fn record_is_listed_twenty_years_after_the_last_entry_and_nothing_of_it_is_destroyed(app: TestApp) {
    let (pia, _) = app.two_privacy_officers().await;
    let ada = app.practitioner("Ada Byron").await;
    let entered_on = app.now().london_day();
    assert!(app.run_retention_job().await > 0);
    assert_eq!(app.run_retention_job().await, 0, "every record was looked at");
    app.advance_clock_to("2047-01-11T12:00:00Z");
    app.run_retention_job().await;
    let pia = pia.signs_in_again().await;
    assert_eq!(pia.review_of(&ada, "due").await, None, "twenty years are not over");

    app.advance_clock_to("2047-01-12T12:00:00Z");
    app.run_retention_job().await;

    let pia = pia.signs_in_again().await;
    let review = pia.review_of(&ada, "due").await.expect("a review of her record");
    let read = pia.reads_review(&review).await.expect(200);
    assert_eq!(read.text("rule"), "after_last_entry");
    assert_eq!(read.text("last_entry_on"), entered_on.to_string());
    assert_eq!(read.text("due_on"), "2047-01-12");
    assert_eq!(read.text("reference"), app.reference_of(&ada).await);
    assert_eq!(read.json["held"], json!(false));
    let mut members: Vec<&String> = read.json.as_object().unwrap().keys().collect();
    members.sort();
    let expected = [
        "decided_at",
        "decided_by",
        "due_on",
        "held",
        "id",
        "kept_until",
        "last_entry_on",
        "practitioner_id",
        "reason",
        "reference",
        "rule",
        "state",
    ];
    assert_eq!(members, expected, "nothing clinical");
    assert_eq!(app.pathway_of(&ada).await, Pathway::Registered, "the job destroys nothing");
    let emails = app.expect_emails_to(&pia.email).await;
    assert!(emails.iter().any(|email| email.subject == "Something waits for your decision"));
    app.run_retention_job().await;
    let list = pia.get("/v1/retention-reviews").send().await.expect(200);
    assert_eq!(list.items().iter().filter(|item| item["practitioner_id"] == json!(ada.id)).count(), 1, "listed once");
}

#[apply(both_engines)]
async fn record_of_the_dead_is_listed_after_ten_years_and_one_in_care_is_not(app: TestApp) {
    let (pia, _, ada, review) = due_record(&app).await;
    assert_eq!(pia.reads_review(&review).await.expect(200).text("rule"), "after_death");
    assert!(app.audit_actions(&review).await.contains(&"retention_review.opened".to_owned()));

    let bea = app.practitioner("Bea Lovelace").await;
    let dora = app.clinician("Dora Marsh").await;
    app.died_eleven_years_ago(&bea, &dora).await;
    app.set_pathway(&bea, Pathway::InCare).await;
    app.run_retention_job().await;
    assert_eq!(pia.review_of(&bea, "due").await, None, "she is in care");
    assert!(pia.review_of(&ada, "due").await.is_some());
}

#[apply(both_engines)]
async fn kept_record_is_listed_again_when_its_time_is_over(app: TestApp) {
    let (pia, _, ada, review) = due_record(&app).await;
    for until in ["2027-01-11", "2037-01-12"] {
        pia.keeps_record(&review, until).await.expect(422).expect_field("invalid_body", "/keep_until");
    }

    let kept = pia.keeps_record(&review, "2030-01-01").await.expect(200);

    assert_eq!((kept.text("state").as_str(), kept.text("kept_until").as_str()), ("kept", "2030-01-01"));
    assert_eq!(kept.text("decided_by"), pia.id.to_string());
    assert_eq!(kept.text("reason"), "A study with approval uses it.");
    pia.keeps_record(&review, "2031-01-01").await.expect(409).expect_problem("state_conflict");
    pia.proposes_destruction(&review).await.expect(409).expect_problem("state_conflict");
    app.advance_clock_to("2029-12-31T12:00:00Z");
    app.run_retention_job().await;
    let pia = pia.signs_in_again().await;
    assert_eq!(pia.review_of(&ada, "due").await, None);
    app.advance_clock_to("2030-01-02T12:00:00Z");
    app.run_retention_job().await;
    let pia = pia.signs_in_again().await;
    assert!(pia.review_of(&ada, "due").await.is_some_and(|again| again != review), "it is reviewed again");
}

#[apply(both_engines)]
async fn another_privacy_officer_approves_a_destruction(app: TestApp) {
    let (pia, otis, ada, review) = due_record(&app).await;
    otis.approves_destruction(&review).await.expect(409).expect_problem("state_conflict");
    let proposed = pia.proposes_destruction(&review).await.expect(200);
    assert_eq!(proposed.text("state"), "destruction_proposed");
    otis.proposes_destruction(&review).await.expect(409).expect_problem("state_conflict");
    pia.approves_destruction(&review).await.expect(409).expect_problem("second_person_required");
    let withdrawn = otis.withdraws_destruction(&review).await.expect(200);
    assert_eq!((withdrawn.text("state").as_str(), &withdrawn.json["decided_by"]), ("due", &json!(null)));
    otis.withdraws_destruction(&review).await.expect(409).expect_problem("state_conflict");
    assert_eq!(app.row_count("destruction_certificates").await, 0);
    ada.own_registration().await;

    pia.proposes_destruction(&review).await.expect(200);
    let same_name = app.staff("Pia Maria Vale", Role::PrivacyOfficer).await;
    same_name.approves_destruction(&review).await.expect(409).expect_problem("second_person_required");
    let certificate = otis.approves_destruction(&review).await.expect(200);

    assert_eq!(certificate.text("decided_by"), pia.id.to_string());
    assert_eq!(certificate.text("approved_by"), otis.id.to_string());
    assert_eq!(certificate.text("practitioner_id"), ada.id.to_string());
    ada.get("/v1/me/registration").send().await.expect(401);
    app.sign_in(&ada.email, PASSWORD).await.expect(401);
    otis.approves_destruction(&review).await.expect(404).expect_problem("not_found");
}

#[apply(both_engines)]
async fn hold_stops_a_destruction_until_it_is_lifted(app: TestApp) {
    let (pia, otis, ada, review) = due_record(&app).await;
    pia.proposes_destruction(&review).await.expect(200);
    let hold = pia.puts_on_hold(&app.reference_of(&ada).await).await.expect(201);
    assert_eq!(hold.text("set_by"), pia.id.to_string());
    assert_eq!(hold.text("ground"), "legal_proceedings");
    assert_eq!(hold.text("reason"), "A claim is expected.");

    otis.approves_destruction(&review).await.expect(409).expect_problem("state_conflict");

    assert_eq!(otis.reads_review(&review).await.expect(200).json["held"], json!(true));
    assert_eq!(app.pathway_of(&ada).await, Pathway::Discharged);
    let lifted = otis.lifts_hold(&hold.id()).await.expect(200);
    assert_eq!(lifted.text("lifted_by"), otis.id.to_string());
    otis.lifts_hold(&hold.id()).await.expect(409).expect_problem("state_conflict");
    for (in_force, count) in [("true", 0), ("false", 1)] {
        let list = pia.get(&format!("/v1/retention-holds?in_force={in_force}")).send().await.expect(200);
        assert_eq!(list.items().len(), count, "{in_force}");
    }
    otis.approves_destruction(&review).await.expect(200);
}

#[apply(both_engines)]
async fn record_with_an_open_alert_or_of_someone_in_care_is_not_destroyed(app: TestApp) {
    let (pia, otis, ada, review) = due_record(&app).await;
    pia.proposes_destruction(&review).await.expect(200);
    let (id, by) = (ada.id, pia.id);
    // As a former version could raise it about someone who is recorded as dead.
    app.write(move |tx| risk::queries::insert(tx, id, tx.now)).await;
    otis.approves_destruction(&review).await.expect(409).expect_problem("risk_alert_open");
    app.write(move |tx| risk::queries::close_all(tx, id, by, "A mistake.")).await;

    app.set_pathway(&ada, Pathway::InCare).await;
    otis.approves_destruction(&review).await.expect(409).expect_problem("state_conflict");

    app.clock.advance(TimeDelta::days(1));
    app.run_retention_job().await;
    let otis = otis.signs_in_again().await;
    assert_eq!(otis.reads_review(&review).await.expect(200).text("state"), "lapsed");
    otis.approves_destruction(&review).await.expect(409).expect_problem("state_conflict");
    assert_eq!(app.row_count("destruction_certificates").await, 0);
}

#[apply(both_engines)]
async fn record_of_someone_readmitted_after_a_death_in_error_is_kept_like_that_of_the_living(app: TestApp) {
    let (pia, _) = app.two_privacy_officers().await;
    let (cleo, ada, bea) = (app.cleo().await, app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    for person in [&ada, &bea] {
        app.died_eleven_years_ago(person, &cleo).await;
    }
    app.set_pathway(&ada, Pathway::Registered).await;
    app.run_retention_job().await;
    assert!(pia.review_of(&bea, "due").await.is_some());
    assert_eq!(pia.review_of(&ada, "due").await, None, "twenty years after the last entry, not ten after death");
}

#[apply(both_engines)]
async fn record_with_a_newer_entry_is_taken_from_the_list(app: TestApp) {
    let (pia, _) = app.two_privacy_officers().await;
    let ada = app.practitioner("Ada Byron").await;
    app.advance_clock_to("2047-02-01T12:00:00Z");
    app.run_retention_job().await;
    let pia = pia.signs_in_again().await;
    let review = pia.review_of(&ada, "due").await.expect("a review of her record");

    let ada = ada.signs_in_again().await;

    pia.proposes_destruction(&review).await.expect(409).expect_problem("state_conflict");
    app.clock.advance(TimeDelta::days(1));
    app.run_retention_job().await;
    let pia = pia.signs_in_again().await;
    assert_eq!(pia.reads_review(&review).await.expect(200).text("state"), "lapsed", "she was in contact");
    assert_eq!(pia.review_of(&ada, "due").await, None);
}

#[apply(both_engines)]
async fn privacy_officer_who_must_not_meet_the_practitioner_decides_nothing(app: TestApp) {
    let (pia, otis) = app.two_privacy_officers().await;
    let (cleo, ada) = (app.cleo().await, app.practitioner("Ada Byron").await);
    ada.blocks_name(&otis.name).await.expect(201);
    app.died_eleven_years_ago(&ada, &cleo).await;
    app.run_retention_job().await;
    let review = pia.review_of(&ada, "due").await.expect("a review of her record");
    let hold = pia.puts_on_hold(&app.reference_of(&ada).await).await.expect(201).id();

    assert_eq!(otis.review_of(&ada, "due").await, None);
    otis.reads_review(&review).await.expect(404).expect_problem("not_found");
    otis.keeps_record(&review, "2030-01-01").await.expect(404).expect_problem("not_found");
    otis.lifts_hold(&hold).await.expect(404).expect_problem("not_found");
    otis.puts_on_hold(&app.reference_of(&ada).await).await.expect(404).expect_problem("not_found");
    assert!(otis.get("/v1/retention-holds").send().await.expect(200).items().is_empty());
    let subjects: Vec<String> = app.emails_to(&otis.email).await.into_iter().map(|email| email.subject).collect();
    assert!(!subjects.contains(&"Something waits for your decision".to_owned()), "{subjects:?}");
    app.expect_emails_to(&pia.email).await;
}

#[apply(both_engines)]
async fn administrators_learn_that_another_privacy_officer_is_needed(app: TestApp) {
    let (avery, cleo) = (app.administrator().await, app.cleo().await);
    let ada = app.practitioner("Ada Byron").await;
    app.died_eleven_years_ago(&ada, &cleo).await;
    app.run_retention_job().await;
    let emails = app.expect_emails_to(&avery.email).await;
    assert!(emails.iter().any(|email| email.subject == "Another privacy officer is needed"));
}

#[apply(both_engines)]
async fn issued_documents_are_deleted_only_when_a_destruction_is_approved(app: TestApp) {
    let team = Team::new(&app).await;
    let ada = Records::of_a_nurse(&app, &team, "Ada Quillfeather", "Wrenhollow", 3).await;
    let id = ada.practitioner.id;
    for (table, trigger) in
        [("fit_notes", "fit_notes_as_issued"), ("letters", "letters_stay"), ("group_notes", "group_notes_signed")]
    {
        let refused = app
            .platform
            .db
            .write(move |conn| {
                let statement = format!("DELETE FROM {table} WHERE practitioner_id = '{id}'");
                Ok(diesel::RunQueryDsl::execute(diesel::sql_query(statement), conn)?)
            })
            .await;
        assert!(refused.is_err_and(|error| error.violates(trigger)), "{table}");
        assert!(app.row_count(table).await > 0, "{table}");
    }
}

/// The columns of each table: the name, and whether it is sealed. The first is the key by which values are sealed.
type Columns = BTreeMap<String, Vec<(String, bool)>>;

/// Everything in the database but the tables that name what was destroyed.
struct Dump {
    columns: Columns,
    /// The cells of every row as text, by table; sealed ones in hexadecimal.
    rows: BTreeMap<String, Vec<Vec<String>>>,
    /// Sealed values that could be opened, in lower case, each with its table.
    opened: Vec<(String, String)>,
}

/// Tables that name what was destroyed.
const REMAIN: &[&str] = &["audit_events", "destruction_certificates"];

fn columns() -> Columns {
    let mut found = Columns::new();
    for schema in schemas() {
        let mut table = String::new();
        for line in schema.text.lines().map(str::trim) {
            if let Some((name, _)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                name.clone_into(&mut table);
            }
            if let Some((column, kind)) = line.split_once(" -> ").filter(|_| !line.starts_with("diesel::")) {
                found.entry(table.clone()).or_default().push((column.to_owned(), kind.contains("Binary")));
            }
        }
    }
    found.retain(|table, _| !REMAIN.contains(&table.as_str()));
    found
}

impl Dump {
    async fn of(app: &TestApp) -> Self {
        let sealer = app.platform.sealer.clone();
        app.sql(move |conn| {
            let (all, mut rows, mut opened) = (columns(), BTreeMap::new(), Vec::new());
            for (table, columns) in &all {
                let cells: Vec<String> = columns.iter().map(|(name, sealed)| cell(conn, name, *sealed)).collect();
                let lines = query_lines(conn, &format!("SELECT {} AS line FROM {table}", cells.join(" || '|' || ")));
                let mut of_table = Vec::new();
                for line in lines {
                    let cells: Vec<String> = line.split('|').map(str::to_owned).collect();
                    for ((column, sealed), value) in columns.iter().zip(&cells) {
                        let (true, Ok(key)) = (*sealed, cells[0].parse::<Id>()) else { continue };
                        let place = Place(Box::leak(format!("{table}.{column}").into_boxed_str()), key);
                        if let Ok(plain) = sealer.open(place, &bytes(value)) {
                            opened.push((table.clone(), String::from_utf8_lossy(&plain).to_lowercase()));
                        }
                    }
                    of_table.push(cells);
                }
                rows.insert(table.clone(), of_table);
            }
            Ok(Self { columns: all, rows, opened })
        })
        .await
    }

    /// The ids of the rows that belong to a practitioner: those that name them, and those that name one of these.
    fn ids_of(&self, practitioner: Id) -> BTreeSet<String> {
        let mut ids = BTreeSet::from([practitioner.to_string()]);
        loop {
            let before = ids.len();
            for (table, rows) in &self.rows {
                // A slot belongs to the clinician.
                if table == "slots" || self.columns[table][0].0 != "id" {
                    continue;
                }
                for row in rows {
                    if row.iter().any(|cell| ids.contains(cell)) {
                        ids.insert(row[0].clone());
                    }
                }
            }
            if ids.len() == before {
                return ids;
            }
        }
    }

    /// The rows that name one of these ids.
    fn rows_with(&self, ids: &BTreeSet<String>) -> BTreeSet<(String, Vec<String>)> {
        let named = |(table, rows): (&String, &Vec<Vec<String>>)| {
            let found = rows.iter().filter(|row| row.iter().any(|cell| ids.contains(cell)));
            found.map(|row| (table.clone(), row.clone())).collect::<Vec<_>>()
        };
        self.rows.iter().flat_map(named).collect()
    }

    /// The keyed indexes and tags in these rows, or in all others.
    fn indexes(&self, ids: &BTreeSet<String>, of_them: bool) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (table, columns) in &self.columns {
            let keyed: Vec<usize> = (0..columns.len()).filter(|at| is_keyed(&columns[*at].0)).collect();
            for row in &self.rows[table] {
                if row.iter().any(|cell| ids.contains(cell)) == of_them {
                    found.extend(keyed.iter().map(|at| row[*at].clone()).filter(|value| !value.is_empty()));
                }
            }
        }
        found
    }
}

fn is_keyed(column: &str) -> bool {
    ["_index", "_tag", "_hash", "_print"].iter().any(|ending| column.ends_with(ending))
}

/// An expression for a column as text.
fn cell(conn: &Conn, column: &str, sealed: bool) -> String {
    match (conn, sealed) {
        (Conn::Sqlite(_), true) => format!("coalesce(lower(hex(\"{column}\")), '')"),
        (Conn::Postgres(_), true) => format!("coalesce(encode(\"{column}\", 'hex'), '')"),
        (_, false) => format!("coalesce(replace(CAST(\"{column}\" AS TEXT), '|', ' '), '')"),
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).filter_map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()).collect()
}

/// What the job that deletes expired rows does, many times.
async fn delete_expired(app: &TestApp) {
    app.write(idempotency::delete_expired).await;
    app.write(accounts::delete_expired_tokens).await;
    app.write(pending::sweep).await;
    app.write(recipient_limits::delete_expired).await;
    while app.write(admin::delete_expired).await > 0 {}
}

#[apply(both_engines)]
async fn nothing_is_left_of_a_destroyed_record_and_others_are_untouched(app: TestApp) {
    let team = Team::new(&app).await;
    let ada = Records::of_a_nurse(&app, &team, "Ada Quillfeather", "Wrenhollow", 3).await;
    ada.end_care(&team).await;
    app.clock.advance(TimeDelta::days(50));
    let team = team.signs_in_again().await;
    let bea = Records::of_a_nurse(&app, &team, "Bea Thistlewood", "Finchbriar", 2).await;
    bea.end_care(&team).await;
    app.deliver_due_messages().await;
    let (pia, otis) = app.two_privacy_officers().await;
    app.clock.advance(TimeDelta::days(20 * 366));
    app.run_retention_job().await;
    delete_expired(&app).await;
    let (pia, otis) = (pia.signs_in_again().await, otis.signs_in_again().await);
    let (practitioner, other) = (ada.practitioner.id, bea.practitioner.id);
    let review = pia.review_of(&ada.practitioner, "due").await.expect("a review of her record");
    pia.proposes_destruction(&review).await.expect(200);

    let before = Dump::of(&app).await;
    let (ids, others) = (before.ids_of(practitioner), before.ids_of(other));
    let common: Vec<&String> = ids.intersection(&others).collect();
    assert!(common.is_empty(), "a row belongs to both: {common:?}");
    let theirs = before.rows_with(&ids);
    let tables: BTreeSet<&str> = theirs.iter().map(|(table, _)| table.as_str()).collect();
    for table in [
        "accounts",
        "appointments",
        "clinical_notes",
        "feedback",
        "fit_notes",
        "follow_ups",
        "funding_requests",
        "group_notes",
        "hub_referrals",
        "invitations",
        "letters",
        "practitioners",
        "prescriptions",
        "risk_alerts",
        "safety_plan_versions",
        "self_checks",
    ] {
        assert!(tables.contains(table), "the record has no row in {table}: {tables:?}");
    }
    let keyed = before.indexes(&ids, true);
    let own: BTreeSet<String> = keyed.difference(&before.indexes(&ids, false)).cloned().collect();
    assert!(own.len() > 10, "{own:?}");
    let tells = |dump: &Dump, words: &[String]| -> Vec<String> {
        let found = dump.opened.iter().filter(|(_, text)| words.iter().any(|word| text.contains(word.as_str())));
        found.map(|(table, _)| table.clone()).collect()
    };
    assert!(tells(&before, &ada.words).len() > 3, "the search finds her words: {:?}", tells(&before, &ada.words));

    let certificate = otis.approves_destruction(&review).await.expect(200);

    let after = Dump::of(&app).await;
    let left = after.rows_with(&ids);
    assert!(left.is_empty(), "rows name her or hers: {left:#?}");
    let remaining: BTreeSet<&String> = after.rows.values().flatten().flatten().collect();
    let indexes: Vec<&String> = own.iter().filter(|index| remaining.contains(index)).collect();
    assert!(indexes.is_empty(), "keyed values of hers are left: {indexes:?}");
    assert_eq!(tells(&after, &ada.words), [""; 0], "sealed values contain her words");
    assert!(!tells(&after, &bea.words).is_empty(), "the search finds the words of another");
    assert_eq!(after.rows_with(&others), before.rows_with(&others), "the other record is untouched");

    let rows: BTreeMap<String, i64> = certificate.json["tables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["table"].as_str().unwrap().to_owned(), entry["rows"].as_i64().unwrap()))
        .collect();
    for table in ["accounts", "practitioners"] {
        assert_eq!(rows[table], 1, "{table}");
    }
    for table in ["appointments", "clinical_notes", "letters", "prescriptions", "risk_alert_events"] {
        assert!(rows.get(table).is_some_and(|count| *count > 0), "{table}: {rows:?}");
    }
    let list = pia.get(&format!("/v1/destruction-certificates?reference={}", ada.reference)).send().await.expect(200);
    assert_eq!(list.expect_items()[0]["id"], json!(certificate.id()));
    assert!(app.audit_actions(&certificate.id()).await.contains(&"record.destroyed".to_owned()));
    while app.write(audit::chain).await > 0 {}
    assert_eq!(app.platform.read(audit::first_broken_link).await.unwrap(), None, "the audit trail is whole");
    let events = pia.get(&format!("/v1/audit-events?practitioner_id={practitioner}")).send().await.expect(200);
    let text = String::from_utf8_lossy(&events.body).to_lowercase();
    assert!(!events.items().is_empty() && ada.words.iter().all(|word| !text.contains(word.as_str())), "ids only");
}
