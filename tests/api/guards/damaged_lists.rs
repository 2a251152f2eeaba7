//! A damaged row does not break a list: every list in the document still answers, shows the other rows and names the damaged
//! ones.

use std::collections::{BTreeMap, BTreeSet};

use confide::people::Role;
use confide::platform::db::Conn;
use diesel::RunQueryDsl;
use diesel::sql_query;
use serde_json::json;

use super::journey::{People, people_of_every_role};
use super::operation::{self, Operation};
use crate::support::clinical_record::{note_about, penicillin, plan_reviewed_on};
use crate::support::contacts::nurse_caller;
use crate::support::fit_notes::four_week_fit_note;
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::groups::{therapy, with_changes};
use crate::support::letters::employer_letter;
use crate::support::prescriptions::sertraline;
use crate::support::risk::risk_assessment;
use crate::support::safety_plans::safety_plan;
use crate::support::sources::schemas;
use crate::support::{TestApp, apply, both_engines};

/// Tables of the people who are in the lists or read them; damage there is tested in `platform::damaged_rows`.
const PEOPLE: &[&str] = &["accounts", "identity_entries", "blocked_colleagues", "practitioners", "clinicians"];

/// Paths of lists that belong to one record, which is read first: where that record is damaged, the list cannot be read.
const NESTED: &[&str] = &["/v1/groups/{id}/", "/v1/contacts/{id}/"];

fn is_nested(operation: &Operation) -> bool {
    NESTED.iter().any(|part| operation.path.starts_with(part))
}

/// Lists to which each read of a record adds a row, so that they are longer each time. Their rows have no sealed parts.
const GROWING: &[&str] = &["listAuditEvents", "listMyAccessLog"];

/// Lists in which one row is damaged here and another is not.
const PARTLY_DAMAGED: &[&str] = &[
    "listContacts",
    "listReferrals",
    "listGroups",
    "listFollowUps",
    "listMyFollowUps",
    "listPractitionerFollowUps",
    "listNotes",
    "listProblems",
    "listAllergyHistory",
    "listCarePlanHistory",
    "listGpSharingHistory",
    "listPrescriptions",
    "listFitNotes",
    "listLetters",
    "listMyLetters",
    "listUnsentLetters",
    "listRiskAssessments",
    "listSafetyPlanHistory",
    "listMySafetyPlanHistory",
];

/// A sealed column: its table, the primary key, and its name.
type Sealed = (String, String, String);

/// Every sealed column except those of the tables in [`PEOPLE`].
fn sealed() -> Vec<Sealed> {
    let mut found = Vec::new();
    for schema in schemas() {
        let (mut table, mut key) = (String::new(), String::new());
        for line in schema.text.lines().map(str::trim) {
            if let Some((name, rest)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                (table, key) = (name.to_owned(), rest.to_owned());
            }
            let Some((column, kind)) = line.split_once(" -> ") else { continue };
            if kind.contains("Binary") && !PEOPLE.contains(&table.as_str()) {
                found.push((table.clone(), key.clone(), column.to_owned()));
            }
        }
    }
    assert!(found.len() > 30, "{found:?}");
    found
}

/// Damages each sealed column that is not empty: in the newest such row, or in all rows.
async fn damage(app: &TestApp, newest_only: bool) {
    app.sql(move |conn| {
        let (bytes, row) = match conn {
            Conn::Sqlite(_) => ("X'0101555555555555'", "rowid"),
            Conn::Postgres(_) => ("'\\x0101555555555555'::bytea", "ctid"),
        };
        for (table, key, column) in sealed() {
            let order: Vec<String> = key.split(", ").map(|part| format!("{part} DESC")).collect();
            let newest = format!(
                "AND {row} = (SELECT {row} FROM {table} WHERE length({column}) > 0 ORDER BY {} LIMIT 1)",
                order.join(", ")
            );
            let which = if newest_only { newest.as_str() } else { "" };
            sql_query(format!("UPDATE {table} SET {column} = {bytes} WHERE length({column}) > 0 {which}")).execute(conn)?;
        }
        Ok(())
    })
    .await;
}

/// One way to read a list: the operation, the reader's role, and the query.
#[derive(Clone)]
struct Reading {
    operation: Operation,
    role: &'static str,
    with: Vec<(&'static str, String)>,
}

impl Reading {
    fn name(&self) -> String {
        format!("{} as {} with {:?}", self.operation.name(), self.role, self.with)
    }
}

/// How many rows a response shows, and how many it names as damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    shown: usize,
    unreadable: usize,
}

impl Seen {
    fn all(self) -> usize {
        self.shown + self.unreadable
    }
}

fn is_list(operation: &Operation) -> bool {
    let schema = &operation.responses["200"]["content"]["application/json"]["schema"];
    let Some(reference) = schema["$ref"].as_str() else { return false };
    let document = operation::document();
    operation.method == "GET" && document.pointer(&format!("{}/properties/next_cursor", &reference[1..])).is_some()
}

/// Every way to read a list.
fn readings(people: &People) -> Vec<Reading> {
    let mut all = Vec::new();
    for operation in operation::all().into_iter().filter(is_list) {
        for role in Role::ALL.iter().map(|role| role.as_str()).filter(|role| operation.allows(role)) {
            all.push(Reading { operation: operation.clone(), role, with: Vec::new() });
            for (name, whose) in [("practitioner_id", "practitioner"), ("clinician_id", "clinician")] {
                if operation.parameters_in("query").any(|parameter| parameter.name == name) {
                    let with = vec![(name, people[whose].id.to_string())];
                    all.push(Reading { operation: operation.clone(), role, with });
                }
            }
        }
    }
    all
}

/// What a list shows; `None` where it refuses the reader.
async fn seen(app: &TestApp, people: &People, reading: &Reading) -> Result<Option<Seen>, String> {
    let with: Vec<(&str, &str)> =
        reading.with.iter().map(|(name, value)| (*name, value.as_str())).chain([("limit", "100")]).collect();
    let reply = reading.operation.ask(app, &with, None).bearer(&people[reading.role].token).send().await;
    if reply.status.as_u16() >= 500 {
        return Err(format!("{}: {} {}", reading.name(), reply.status, reply.json));
    }
    let count = |member: &str| reply.json[member].as_array().map_or(0, Vec::len);
    Ok((reply.status == 200).then(|| Seen { shown: count("items"), unreadable: count("unreadable") }))
}

/// Creates a second record of each kind that one person can have several of.
async fn create_second_records(app: &TestApp, people: &People) {
    let (clinician, practitioner, coordinator) = (&people["clinician"], &people["practitioner"], &people["coordinator"]);
    let mut caller = nurse_caller();
    caller["phone"] = json!("07700 900124");
    people["call_handler"].logs_contact("phone", caller).await.expect(201);
    coordinator.refers_to_hub(practitioner, &app.known_id("/v1/hubs/{id}").unwrap()).await;
    practitioner.blocks_colleague(json!({ "name": "Another Person", "relationship": "other" })).await.expect(201);
    let second = app.clinician("Otto Other").await;
    coordinator.creates_group(therapy(clinician, &second)).await.expect(201);
    let met = app.past_appointment(practitioner, clinician).await;
    app.set_appointment_status(met, "attended").await;
    let agreed = with_changes(follow_up_in_two_weeks(met), json!({ "note": "Sleep.", "note_shared": true }));
    clinician.agrees_follow_up(practitioner, agreed).await.expect(201);
    clinician.writes_note(practitioner, note_about(met)).await.expect(201);
    let problem = json!({ "name": "Something else", "shared": true });
    let list = format!("/v1/practitioners/{}/problems", practitioner.id);
    clinician.post(&list, problem).send().await.expect(201);
    for _ in 0..2 {
        let allergies = json!({ "status": "known", "allergies": [penicillin()] });
        clinician.replaces(practitioner, "allergies", allergies).await.expect(200);
        clinician.replaces(practitioner, "care-plan", plan_reviewed_on("2027-12-01")).await.expect(200);
    }
    for consent in ["given", "refused"] {
        practitioner.sets_gp_sharing(consent).await.expect(200);
    }
    clinician.drafts_prescription(practitioner, sertraline()).await.expect(201);
    clinician.issues_fit_note(&four_week_fit_note(practitioner, met)).await.expect(201);
    clinician.records_risk_assessment(practitioner, risk_assessment()).await.expect(201);
    clinician.proposes_new_letter(practitioner, employer_letter()).await;
    for _ in 0..2 {
        clinician.agrees_letter_with(practitioner, employer_letter()).await;
    }
    practitioner.writes_own_safety_plan_after("*", safety_plan()).await.expect(200);
}

#[apply(both_engines)]
async fn damaged_row_is_named_and_the_list_still_answers(app: TestApp) {
    let people = people_of_every_role(&app, "Byron").await;
    create_second_records(&app, &people).await;
    let mut before = BTreeMap::new();
    for reading in readings(&people).into_iter().filter(|reading| !GROWING.contains(&reading.operation.id.as_str())) {
        let seen = seen(&app, &people, &reading).await.unwrap_or_else(|complaint| panic!("{complaint}"));
        if let Some(seen) = seen.filter(|seen| seen.shown > 0) {
            assert_eq!(seen.unreadable, 0, "{} before any damage", reading.name());
            before.insert(reading.name(), (reading, seen));
        }
    }
    let lists: BTreeSet<&str> = before.values().map(|(reading, _)| reading.operation.id.as_str()).collect();
    assert!(lists.len() > 35, "only {} lists have rows: {lists:?}", lists.len());
    app.drops_triggers().await;

    let (mut complaints, mut partly_damaged) = (Vec::new(), BTreeSet::new());
    let (mut nested, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for newest_only in [true, false] {
        damage(&app, newest_only).await;
        for (name, (reading, whole)) in &before {
            let read = seen(&app, &people, reading).await;
            if !newest_only && is_nested(&reading.operation) {
                nested.insert(reading.operation.path.clone());
                if !read.is_ok_and(|now| now.is_some_and(|now| now.all() == whole.all())) {
                    gone.insert(reading.operation.path.clone());
                }
                continue;
            }
            match read {
                Ok(Some(now)) if now.all() == whole.all() => {
                    if now.shown > 0 && now.unreadable > 0 {
                        partly_damaged.insert(reading.operation.id.clone());
                    }
                }
                Ok(other) => complaints.push(format!("{name}: {whole:?} before, {other:?} after")),
                Err(complaint) => complaints.push(complaint),
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let missing: Vec<&&str> = PARTLY_DAMAGED.iter().filter(|id| !partly_damaged.contains(**id)).collect();
    assert!(missing.is_empty(), "no damaged row is next to an intact one in {missing:?}");
    assert_eq!(gone, nested, "a list here is readable although its owner is damaged: it needs no exception");
    for part in NESTED {
        assert!(gone.iter().any(|path| path.starts_with(part)), "no list starts with {part}: remove it from NESTED");
    }
}
