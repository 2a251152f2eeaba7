//! Blocked staff of every role get the same answers as if the practitioner did not exist: from every operation that takes the id
//! of a practitioner or of one of their records, and in every list. The same member of staff is the control, before the
//! practitioner blocks them and after they are unblocked.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use confide::access::contacts::invitations;
use confide::people::Role;
use confide::platform::ids::Id;
use serde_json::{Map, Value, json};

use super::journey::{People, people_of_every_role};
use super::operation::{self, Operation, sample, type_of};
use crate::support::actors::{Actor, PASSWORD, address};
use crate::support::app::RequestBuilder;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// The roles that deal with practitioners; clinicians last, because their operations end care.
const ROLES: &[Role] = &[
    Role::CallHandler,
    Role::Coordinator,
    Role::HubCoordinator,
    Role::Commissioner,
    Role::PrivacyOfficer,
    Role::Administrator,
    Role::Clinician,
];

/// Paths with the id of a record that belongs to no practitioner.
const OTHERS: &[&str] = &[
    "/v1/absences",
    "/v1/audit-events",
    "/v1/audit-flags",
    "/v1/clinicians",
    "/v1/clinics",
    "/v1/contact-hours",
    "/v1/duty-periods",
    "/v1/eligibility-rules",
    "/v1/employer-areas",
    "/v1/group-sessions",
    "/v1/groups",
    "/v1/hubs",
    "/v1/intake-periods",
    "/v1/me",
    "/v1/messages",
    "/v1/outcode-areas",
    "/v1/outreach-campaigns",
    "/v1/outreach-team-requests",
    "/v1/questionnaires",
    "/v1/sessions",
    "/v1/signposts",
    "/v1/slots",
    "/v1/staff",
    "/v1/staff-changes",
];

/// Lists in which a role sees records of the practitioners here: each must show them before the block and must not show them
/// after it.
const LISTS: &[(&str, &[&str])] = &[
    ("call_handler", &["listContacts", "listContactTasks"]),
    (
        "coordinator",
        &[
            "getCalendar",
            "listAppointments",
            "listConflicts",
            "listBreakGlass",
            "listContactTasks",
            "listContacts",
            "listFollowUps",
            "listFundingRequests",
            "listGroupEnrolments",
            "listReferrals",
            "listOrphanedAppointments",
            "listPractitioners",
            "listRiskAlerts",
            "listUnfundedAppointments",
        ],
    ),
    ("hub_coordinator", &["listReferrals"]),
    ("commissioner", &["listFundingRequests"]),
    ("privacy_officer", &["listAuditEvents", "listBreakGlass", "listPractitionerLookups"]),
    ("administrator", &[]),
    (
        "clinician",
        &[
            "getCalendar",
            "listAppointments",
            "listFeedback",
            "listFollowUps",
            "listGroupEnrolments",
            "listOrphanedAppointments",
            "listPractitioners",
            "listRiskAlerts",
        ],
    ),
];

/// Operations whose query must name one practitioner; in other queries a practitioner's id is only a filter.
const SINGLE_PERSON_QUERIES: &[&str] =
    &["listAssessments", "listFitNotes", "listPrescriptions", "listReturnToWorkPlans", "listSlots"];

/// Reads that a role gets another status than 200 for, although they are not blocked, and why.
const READ_OTHERWISE: &[(&str, &[&str])] = &[
    // The campaign of the journey is not over, and names no practitioner.
    ("coordinator", &["getOutreachCounts"]),
    // The prescription of the journey is a draft.
    ("clinician", &["getPrescriptionPdf"]),
];

/// Writes that get the same answer about the practitioner as about an unknown one: the minimal body is refused before the
/// practitioner is looked up, so the test shows nothing about them.
const SAME_ANSWER: &[(&str, &[&str])] = &[
    // Only the service's coordinators refer a registered practitioner.
    ("call_handler", &["createReferral"]),
    ("hub_coordinator", &["createReferral"]),
];

/// Records that a role cannot reach here even without a block, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    // Call handlers see the referrals that they made.
    ("call_handler", "/v1/referrals/{id}"),
    // The access of the journey is a coordinator's.
    ("clinician", "/v1/break-glass/{id}"),
    // No practitioner was discharged.
    ("clinician", "getDischarge"),
    // No practitioner was recorded as dead.
    ("administrator", "readmitPractitioner"),
];

/// An entry of `OUT_OF_REACH`.
type Reason = &'static (&'static str, &'static str);

/// The members that name a practitioner in a request: their id, or the id of their place in a group.
const NAMES: &[&str] = &["practitioner_id", "enrolment_id"];

/// Whether the operation's path is this one or below it.
fn is_at_or_below(operation: &Operation, start: &str) -> bool {
    operation.path == start || operation.path.starts_with(&format!("{start}/"))
}

/// Whether the operation's path has the id of a practitioner or of one of their records.
fn has_practitioner_id_in_path(operation: &Operation) -> bool {
    operation.path.contains('{') && !OTHERS.iter().any(|start| is_at_or_below(operation, start))
}

/// Whether the operation names a practitioner in its query or body.
fn names_practitioner(operation: &Operation) -> bool {
    let in_query = operation.parameters_in("query").any(|parameter| NAMES.contains(&parameter.name.as_str()));
    let in_body = operation.body.as_ref().is_some_and(|body| !places(body).is_empty());
    in_body || (in_query && SINGLE_PERSON_QUERIES.contains(&operation.id.as_str()))
}

/// The pointers at which a body of this schema names a practitioner.
fn places(schema: &Value) -> BTreeMap<String, Value> {
    operation::members(schema, |_| true)
        .into_iter()
        .filter(|(at, _)| NAMES.iter().any(|name| at.ends_with(&format!("/{name}"))))
        .collect()
}

fn out_of_reach(role: &str, operation: &Operation) -> Option<Reason> {
    OUT_OF_REACH
        .iter()
        .find(|(of, what)| *of == role && (*what == operation.id || (what.starts_with('/') && operation.path.starts_with(what))))
}

/// The entries of a table for a role.
fn listed(table: &[(&'static str, &[&'static str])], role: &str) -> BTreeSet<String> {
    table.iter().filter(|(of, _)| *of == role).flat_map(|(_, ids)| *ids).map(|id| (*id).to_owned()).collect()
}

/// A value with only the required members of a schema.
fn minimal(schema: &Value) -> Value {
    if type_of(schema) != "object" {
        return sample(schema);
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Value::Object(required.map(|name| (name.to_owned(), minimal(&schema["properties"][name]))).collect::<Map<_, _>>())
}

/// A minimal body with the ids of existing records; the ids of the practitioner and their enrolment are given.
fn body(app: &TestApp, operation: &Operation, practitioner: &str, enrolment: &str) -> Option<Value> {
    let schema = operation.body.as_ref()?;
    let mut body = minimal(schema);
    let subject = |address: &str| app.known_id(address).unwrap();
    // The attendance at a session names each member.
    let attendances = "attendances";
    if schema["properties"][attendances].is_object() {
        body[attendances] = json!([minimal(&schema["properties"][attendances]["items"])]);
    }
    for at in places(schema).keys() {
        let (within, name) = at.rsplit_once('/').unwrap();
        let id = if name == "enrolment_id" { enrolment } else { practitioner };
        let there = body.pointer_mut(within).unwrap_or_else(|| panic!("{}: the body has nothing at {within}", operation.name()));
        there[name] = json!(id);
    }
    for (member, id) in [
        ("slot_id", subject("/v1/slots/{id}")),
        ("appointment_id", subject("/v1/appointments/{id}")),
        ("clinician_id", subject("/v1/clinicians/{id}")),
        ("hub_id", subject("/v1/hubs/{id}")),
    ] {
        if schema["properties"][member].is_object() {
            body[member] = json!(id);
        }
    }
    match operation.id.as_str() {
        "createReferral" => body["kind"] = json!("service_to_hub"),
        "replaceAppointmentPhone" => body["phone"] = json!("020 7946 0018"),
        _ => {}
    }
    Some(body)
}

/// The operation's request by this actor: about the practitioner's records, or about ids that do not exist.
fn ask(app: &TestApp, operation: &Operation, actor: &Actor, practitioner: Option<Id>) -> RequestBuilder {
    let unknown_id = || Id::new(app.now()).to_string();
    let (named, enrolment) = match practitioner {
        Some(practitioner) => (practitioner.to_string(), app.known_id("/v1/group-enrolments/{id}").unwrap()),
        None => (unknown_id(), unknown_id()),
    };
    let clinician = app.known_id("/v1/clinicians/{id}").unwrap();
    let all = [
        ("from", "2027-01-11T00:00:00Z"),
        ("to", "2027-01-25T00:00:00Z"),
        ("clinician_id", clinician.as_str()),
        ("practitioner_id", named.as_str()),
        // What was refused by role alone is recorded with the id that the caller tried, which tells no one anything.
        ("refused", "false"),
    ];
    let of_a_clinician = ["getCalendar", "listAbsences", "listClinics", "listSlots"].contains(&operation.id.as_str());
    // The trail is exported for at most 31 days.
    let is_export = operation.id == "exportAuditEvents";
    let taken = |name: &str| {
        let required = operation.parameters_in("query").any(|parameter| parameter.name == name && parameter.required);
        let documented = operation.parameters_in("query").any(|parameter| parameter.name == name);
        required
            || (is_export && name == "from")
            || (documented && name == "refused")
            || (of_a_clinician && documented)
            || (name == "practitioner_id" && documented && names_practitioner(operation))
    };
    let with: Vec<(&str, &str)> = all.into_iter().filter(|(name, _)| taken(name)).collect();
    let known = practitioner.is_some() || !has_practitioner_id_in_path(operation);
    let address = if known { operation.address_in(app, &with) } else { operation.address(&with) };
    let mut ask = app.request(operation.method.clone(), &address).bearer(&actor.token);
    if operation.parameters_in("header").any(|parameter| parameter.name == "If-Match") {
        ask = ask.if_match("*");
    }
    match body(app, operation, &named, &enrolment) {
        Some(body) => ask.json(&body),
        None => ask,
    }
}

/// Sends a request and returns the status and the code.
async fn answer(ask: RequestBuilder) -> (u16, String) {
    let reply = ask.send().await;
    status_and_code(&reply)
}

fn status_and_code(reply: &CheckedReply) -> (u16, String) {
    (reply.status.as_u16(), reply.json["code"].as_str().unwrap_or_default().to_owned())
}

/// The ids of the practitioners and of their records.
fn ids(app: &TestApp, people: &[&Actor]) -> Vec<String> {
    let addresses: BTreeSet<String> = operation::all()
        .into_iter()
        .filter(has_practitioner_id_in_path)
        .filter(|one| one.path.ends_with('}'))
        .map(|one| one.path)
        .collect();
    let subjects = addresses.iter().filter_map(|address| app.known_id(address)).filter(|id| id.parse::<Id>().is_ok());
    subjects.chain(people.iter().map(|person| person.id.to_string())).collect()
}

/// People of every role, and the nurse of the journey who applies for funding. The contact and the referral of the journey are
/// linked to its practitioner.
async fn create_people_and_records(app: &TestApp) -> (People, Actor) {
    let people = people_of_every_role(app, "Reader").await;
    let name = format!("Nora {}", people["practitioner"].name);
    let nurse = app.signed_in(&name, &address(&name), PASSWORD).await;
    let hub = app.known_id("/v1/hubs/{id}").unwrap();
    people["administrator"].assigns_hub_coordinator(&people["hub_coordinator"], &hub, Value::Null).await.expect(200);
    let id = |address: &str| app.known_id(address).unwrap().parse::<Id>().unwrap();
    let referral = people["coordinator"].refers_to_hub(&people["practitioner"], &hub).await;
    app.remember_id("/v1/referrals/{id}", &referral);
    let (invitation, practitioner) = (id("/v1/invitations/{id}"), people["practitioner"].id);
    app.write(move |tx| {
        invitations::use_up(tx, invitation)?;
        invitations::link(tx, invitation, practitioner)
    })
    .await;
    (people, nurse)
}

/// Status and code of a list, and which of these ids it shows.
async fn shown(
    app: &TestApp,
    operation: &Operation,
    actor: &Actor,
    practitioner: Id,
    ids: &[String],
) -> ((u16, String), Vec<String>) {
    let reply = ask(app, operation, actor, Some(practitioner)).send().await;
    let text = reply.json.to_string();
    (status_and_code(&reply), ids.iter().filter(|id| text.contains(id.as_str())).cloned().collect())
}

/// The operations that name a role; deletions and the discharge last, because they remove what the others need.
fn of(role: &str) -> Vec<Operation> {
    let mut mine = operation::all();
    mine.retain(|operation| operation.roles.iter().any(|one| one == role));
    mine.sort_by_key(|operation| (operation.method == Method::DELETE, operation.id == "dischargePractitioner"));
    mine
}

fn is_list(operation: &&Operation) -> bool {
    operation.method == Method::GET && !is_single(operation)
}

fn is_single(operation: &&Operation) -> bool {
    has_practitioner_id_in_path(operation) || names_practitioner(operation)
}

/// The wrong answers, and the records that were found out of reach.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
    out_of_reach: BTreeSet<Reason>,
}

impl Findings {
    /// Records an answer without a block; false for 404, which needs an entry in `OUT_OF_REACH`.
    fn record(&mut self, role: &str, operation: &Operation, control: &(u16, String)) -> bool {
        match (control.0, out_of_reach(role, operation)) {
            (404, Some(reason)) => {
                self.out_of_reach.insert(reason);
            }
            (404, None) => self.wrong.push(format!("{role}: {} answers {control:?} without a block", operation.name())),
            _ => {}
        }
        control.0 != 404
    }

    /// Compares what was found with the entries of a table for a role.
    fn compare(&mut self, role: &str, name: &str, table: &[(&'static str, &[&'static str])], found: &BTreeMap<String, String>) {
        let known = listed(table, role);
        if found.keys().cloned().collect::<BTreeSet<_>>() != known {
            self.wrong.push(format!("{name} of {role} has {known:?}, and these were found: {found:#?}"));
        }
    }
}

/// Calls every read before and during the block by both practitioners, and every write during it.
async fn check_while_blocked(app: &TestApp, people: &People, nurse: &Actor, role: Role, findings: &mut Findings) {
    let word = role.as_str();
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (ids, mine) = (ids(app, &[practitioner, nurse]), of(word));

    // Before the block.
    let (mut lists, mut otherwise) = (BTreeSet::new(), BTreeMap::new());
    for operation in mine.iter().filter(is_list) {
        let (control, found) = shown(app, operation, actor, practitioner.id, &ids).await;
        if control.0 != 200 {
            otherwise.insert(operation.id.clone(), format!("{control:?}"));
        } else if !found.is_empty() {
            lists.insert(operation.id.as_str());
        }
    }
    let expected: BTreeSet<&str> = LISTS.iter().find(|(of, _)| *of == word).unwrap().1.iter().copied().collect();
    if lists != expected {
        findings.wrong.push(format!("{word}: the practitioners are in {lists:?}, expected in {expected:?}"));
    }
    for operation in mine.iter().filter(is_single).filter(|one| one.method == Method::GET) {
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        if findings.record(word, operation, &control) && control.0 != 200 {
            otherwise.insert(operation.id.clone(), format!("{control:?}"));
        }
    }
    findings.compare(word, "READ_OTHERWISE", READ_OTHERWISE, &otherwise);

    // Blocked by both.
    let mut blocks = Vec::new();
    for person in [practitioner, nurse] {
        blocks.push((person, person.blocks_name(&actor.name).await.expect(201).id()));
    }
    for operation in mine.iter().filter(is_list) {
        let (_, left) = shown(app, operation, actor, practitioner.id, &ids).await;
        if !left.is_empty() {
            findings.wrong.push(format!("{word}: {} still shows {left:?}", operation.name()));
        }
    }
    for operation in mine.iter().filter(is_single) {
        let blocked = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        let unknown = answer(ask(app, operation, actor, None)).await;
        if blocked != unknown || blocked.0 < 400 {
            findings
                .wrong
                .push(format!("{word}: {} answers {blocked:?}, and for an unknown practitioner {unknown:?}", operation.name()));
        }
        if operation.method == Method::GET && blocked.0 != 404 {
            findings.wrong.push(format!("{word}: {} is read with {blocked:?}", operation.name()));
        }
    }

    for (person, block) in blocks {
        person.delete(&format!("/v1/me/blocked-colleagues/{block}")).send().await.expect(204);
    }
}

/// Whether the operation's body names an appointment.
fn names_an_appointment(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| body["properties"]["appointment_id"].is_object())
}

/// Calls every write after the block has ended, which shows that the block was the reason for the refusals. Some bodies are
/// refused before the practitioner is looked up, but not most.
async fn check_after_unblocking(app: &TestApp, people: &People, role: Role, findings: &mut Findings) {
    let word = role.as_str();
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (mut tried, mut refused) = (0, BTreeMap::new());
    for operation in of(word).iter().filter(is_single).filter(|one| one.method != Method::GET) {
        // Earlier operations have changed the appointment of the journey.
        if role == Role::Clinician && names_an_appointment(operation) {
            let met = app.past_appointment(practitioner, actor).await;
            app.remember_id("/v1/appointments/{id}", &met.to_string());
        }
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        if !findings.record(word, operation, &control) {
            continue;
        }
        tried += 1;
        if control == answer(ask(app, operation, actor, None)).await {
            refused.insert(operation.id.clone(), format!("{control:?}"));
        }
    }
    if refused.len() * 2 > tried {
        findings.wrong.push(format!("{word}: {} of {tried} show nothing: their bodies are refused", refused.len()));
    }
    findings.compare(word, "SAME_ANSWER", SAME_ANSWER, &refused);
}

/// The exceptions in the tables above name existing operations.
#[test]
fn every_exception_is_still_needed() {
    let operations = operation::all();
    let with_an_id = |start: &str| operations.iter().any(|one| one.path.contains('{') && is_at_or_below(one, start));
    let unneeded: Vec<_> = OTHERS.iter().filter(|start| !with_an_id(start)).collect();
    assert!(unneeded.is_empty(), "no path with an id starts with {unneeded:?}: remove them from OTHERS");
    let in_query = |one: &&Operation| one.parameters_in("query").any(|parameter| NAMES.contains(&parameter.name.as_str()));
    let asking: BTreeSet<&str> = operations.iter().filter(in_query).map(|one| one.id.as_str()).collect();
    assert!(SINGLE_PERSON_QUERIES.iter().all(|id| asking.contains(id)), "SINGLE_PERSON_QUERIES has more than {asking:?}");
}

#[apply(both_engines)]
async fn blocked_staff_of_every_role_cannot_find_the_practitioner(app: TestApp) {
    let (people, nurse) = create_people_and_records(&app).await;
    let mut findings = Findings::default();
    for role in ROLES {
        check_while_blocked(&app, &people, &nurse, *role, &mut findings).await;
    }
    for role in ROLES {
        check_after_unblocking(&app, &people, *role, &mut findings).await;
    }
    let Findings { mut wrong, out_of_reach } = findings;
    let reached = OUT_OF_REACH.iter().filter(|reason| !out_of_reach.contains(reason));
    wrong.extend(reached.map(|reason| format!("{reason:?} is reached: remove it from OUT_OF_REACH")));
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
