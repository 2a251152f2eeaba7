//! A damaged row takes no list with it: every list that the document has still answers, shows the rest and names what it cannot show.

use std::collections::{BTreeMap, BTreeSet};

use confide::people::Role;
use confide::platform::db::Conn;
use diesel::RunQueryDsl;
use diesel::sql_query;
use serde_json::json;

use super::journey::{People, everybody};
use super::migrations::lines;
use super::operation::{self, Operation};
use crate::support::clinical_record::{note_about, penicillin, plan_until};
use crate::support::contacts::a_nurse;
use crate::support::fit_notes::four_weeks;
use crate::support::follow_ups::in_two_weeks;
use crate::support::groups::{therapy, with};
use crate::support::prescriptions::sertraline;
use crate::support::sources::schemas;
use crate::support::{TestApp, apply, both_engines};

/// Those whom the lists are about and who read them. What is done without one of them is tested in `platform::damage`.
const PEOPLE: &[&str] = &["accounts", "account_marks", "practitioners", "clinicians"];

/// Addresses of lists that belong to one thing, which is read first: where that is damaged, so is its address.
const WITHIN: &[&str] = &["/v1/groups/{id}/", "/v1/contacts/{id}/"];

fn is_within(operation: &Operation) -> bool {
    WITHIN.iter().any(|part| operation.path.starts_with(part))
}

/// Lists of which one row is damaged here and another is not.
const BESIDE: &[&str] = &[
    "listContacts",
    "listReferrals",
    "listBlockedColleagues",
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
];

/// A sealed column: its table, what orders the rows, and its name.
type Sealed = (String, String, String);

/// Every sealed column of the schema but those of people.
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

/// Nothing that the tables themselves refuse stands in the way any more.
async fn drop_the_guards(app: &TestApp) {
    app.sql(|conn| {
        let statements: Vec<String> = match conn {
            Conn::Sqlite(_) => lines(conn, "SELECT name AS line FROM sqlite_master WHERE type = 'trigger'")
                .iter()
                .map(|trigger| format!("DROP TRIGGER {trigger}"))
                .collect(),
            Conn::Postgres(_) => lines(conn, "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'")
                .iter()
                .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                .collect(),
        };
        for statement in statements {
            sql_query(statement).execute(conn)?;
        }
        Ok(())
    })
    .await;
}

/// Damages each sealed column: of the newest row that has something in it, or of all.
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

/// One way to read a list: the operation, the reader's role, and of whom.
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

/// How many rows an answer shows, and how many it names as damaged.
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
        for role in Role::ALL.iter().map(|role| role.as_str()).filter(|role| operation.lets_in(role)) {
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

/// What a list shows; nothing where it refuses the reader.
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

/// Something second beside what everybody has, of that which one person has several of.
async fn there_is_more(app: &TestApp, people: &People) {
    let (clinician, practitioner, coordinator) = (&people["clinician"], &people["practitioner"], &people["coordinator"]);
    let mut caller = a_nurse();
    caller["phone"] = json!("07700 900124");
    people["call_handler"].logs("phone", caller).await.expect(201);
    coordinator.refers_to_hub(practitioner, &app.subject("/v1/hubs/{id}").unwrap()).await;
    practitioner.blocks_whom(json!({ "name": "Another Person", "relationship": "other" })).await.expect(201);
    let second = app.clinician("Otto Other").await;
    coordinator.makes_group(therapy(clinician, &second)).await.expect(201);
    let met = app.sees(practitioner, clinician).await;
    app.appointment_is(met, "attended").await;
    let agreed = with(in_two_weeks(met), json!({ "note": "Sleep.", "note_shared": true }));
    clinician.agrees(practitioner, agreed).await.expect(201);
    clinician.writes_note(practitioner, note_about(met)).await.expect(201);
    let problem = json!({ "name": "Something else", "shared": true });
    let list = format!("/v1/practitioners/{}/problems", practitioner.id);
    clinician.post(&list, problem).send().await.expect(201);
    for _ in 0..2 {
        let allergies = json!({ "status": "known", "allergies": [penicillin()] });
        clinician.replaces(practitioner, "allergies", allergies).await.expect(200);
        clinician.replaces(practitioner, "care-plan", plan_until("2027-12-01")).await.expect(200);
    }
    for consent in ["given", "refused"] {
        practitioner.answers_about_gp(consent).await.expect(200);
    }
    clinician.drafts(practitioner, sertraline()).await.expect(201);
    clinician.certifies(&four_weeks(practitioner, met)).await.expect(201);
}

#[apply(both_engines)]
async fn a_damaged_row_is_named_and_takes_no_list_with_it(app: TestApp) {
    let people = everybody(&app, "Byron").await;
    there_is_more(&app, &people).await;
    let mut before = BTreeMap::new();
    for reading in readings(&people) {
        let seen = seen(&app, &people, &reading).await.unwrap_or_else(|complaint| panic!("{complaint}"));
        if let Some(seen) = seen.filter(|seen| seen.shown > 0) {
            assert_eq!(seen.unreadable, 0, "{}", reading.name());
            before.insert(reading.name(), (reading, seen));
        }
    }
    let lists: BTreeSet<&str> = before.values().map(|(reading, _)| reading.operation.id.as_str()).collect();
    assert!(lists.len() > 35, "only {} lists have anything in them: {lists:?}", lists.len());
    drop_the_guards(&app).await;

    let (mut complaints, mut beside) = (Vec::new(), BTreeSet::new());
    let (mut within, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for newest_only in [true, false] {
        damage(&app, newest_only).await;
        for (name, (reading, whole)) in &before {
            let read = seen(&app, &people, reading).await;
            if !newest_only && is_within(&reading.operation) {
                within.insert(reading.operation.path.clone());
                if !read.is_ok_and(|now| now.is_some_and(|now| now.all() == whole.all())) {
                    gone.insert(reading.operation.path.clone());
                }
                continue;
            }
            match read {
                Ok(Some(now)) if now.all() == whole.all() => {
                    if now.shown > 0 && now.unreadable > 0 {
                        beside.insert(reading.operation.id.clone());
                    }
                }
                Ok(other) => complaints.push(format!("{name}: {whole:?} before, {other:?} after")),
                Err(complaint) => complaints.push(complaint),
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let missing: Vec<&&str> = BESIDE.iter().filter(|id| !beside.contains(**id)).collect();
    assert!(missing.is_empty(), "nothing is damaged beside something whole in {missing:?}");
    assert_eq!(gone, within, "what is left of these answers although its owner is damaged: it needs no exception");
    for part in WITHIN {
        assert!(gone.iter().any(|path| path.starts_with(part)), "{part} begins no list: take it out of WITHIN");
    }
}
