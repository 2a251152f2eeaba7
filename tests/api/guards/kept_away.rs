//! Staff of every role whom a practitioner has blocked get the same answers as if the practitioner did not exist: from every
//! operation that takes the id of a practitioner or of something of theirs, and in every list. The same person is the control, before
//! the practitioner blocks them and after they are unblocked.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use confide::access::contacts::invitations;
use confide::people::Role;
use confide::platform::ids::Id;
use serde_json::{Map, Value, json};

use super::journey::{People, everybody};
use super::operation::{self, Operation, sample, type_of};
use crate::support::actors::{Actor, PASSWORD, address};
use crate::support::app::Ask;
use crate::support::reply::Seen;
use crate::support::{TestApp, apply, both_engines};

/// The roles that deal with practitioners; clinicians last, because what they do ends care.
const ROLES: &[Role] =
    &[Role::CallHandler, Role::Coordinator, Role::HubCoordinator, Role::Commissioner, Role::Administrator, Role::Clinician];

/// Addresses with an id of something that belongs to no practitioner.
const OTHERS: &[&str] = &[
    "/v1/absences",
    "/v1/clinicians",
    "/v1/clinics",
    "/v1/contact-hours",
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
];

/// What a role is shown of the practitioners here, by an operation that reads several people's: each must be seen before and must
/// have nobody in it afterwards.
const LISTS: &[(&str, &[&str])] = &[
    ("call_handler", &["listContacts", "listContactTasks"]),
    (
        "coordinator",
        &[
            "getCalendar",
            "listAppointments",
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

/// What asks staff of whom; in other queries a practitioner's id is no more than a filter of the list.
const OF_ONE: &[&str] = &["listAssessments", "listFitNotes", "listPrescriptions", "listReturnToWorkPlans", "listSlots"];

/// What a role reads here with another answer than 200 when nobody keeps them away.
const READ_OTHERWISE: &[(&str, &[&str])] = &[
    // The campaign of the journey is not over, and names no practitioner.
    ("coordinator", &["getOutreachCounts"]),
    // The prescription of the journey is a draft.
    ("clinician", &["getPrescriptionPdf"]),
];

/// What a role writes here with the same answer about the practitioner as about nobody: the body with the least that is asked for is
/// refused before anybody is looked for, so nothing is shown of these.
const TELL_NOTHING: &[(&str, &[&str])] = &[
    // Only the service's coordinators refer a registered practitioner.
    ("call_handler", &["createReferral"]),
    ("hub_coordinator", &["createReferral"]),
];

/// What a role cannot reach here even when nobody keeps them away, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    // Call handlers see the referrals that they made.
    ("call_handler", "/v1/referrals/{id}"),
    // Nobody was discharged.
    ("clinician", "getDischarge"),
];

/// An entry of `OUT_OF_REACH`.
type Reason = &'static (&'static str, &'static str);

/// How a practitioner is known in a request: by their own id, or by that of their place in a group.
const NAMES: &[&str] = &["practitioner_id", "enrolment_id"];

/// Whether the operation has an address there or below.
fn is_below(operation: &Operation, start: &str) -> bool {
    operation.path == start || operation.path.starts_with(&format!("{start}/"))
}

/// Whether the operation takes the id of something that belongs to a practitioner.
fn is_about_one(operation: &Operation) -> bool {
    operation.path.contains('{') && !OTHERS.iter().any(|start| is_below(operation, start))
}

/// Whether it names a practitioner in its query or body.
fn names_one(operation: &Operation) -> bool {
    let in_query = operation.parameters_in("query").any(|parameter| NAMES.contains(&parameter.name.as_str()));
    let in_body = operation.body.as_ref().is_some_and(|body| !places(body).is_empty());
    in_body || (in_query && OF_ONE.contains(&operation.id.as_str()))
}

/// Where a schema of a body names a practitioner.
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

/// What a table has of a role.
fn listed(table: &[(&'static str, &[&'static str])], role: &str) -> BTreeSet<String> {
    table.iter().filter(|(of, _)| *of == role).flat_map(|(_, ids)| *ids).map(|id| (*id).to_owned()).collect()
}

/// The least that a schema asks for.
fn least(schema: &Value) -> Value {
    if type_of(schema) != "object" {
        return sample(schema);
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Value::Object(required.map(|name| (name.to_owned(), least(&schema["properties"][name]))).collect::<Map<_, _>>())
}

/// A body with the least that is asked for, in which ids are those of things that are there; a practitioner's are given.
fn body(app: &TestApp, operation: &Operation, practitioner: &str, enrolment: &str) -> Option<Value> {
    let schema = operation.body.as_ref()?;
    let mut body = least(schema);
    let subject = |address: &str| app.subject(address).unwrap();
    // Who came to a session is told one by one.
    let one_by_one = "attendances";
    if schema["properties"][one_by_one].is_object() {
        body[one_by_one] = json!([least(&schema["properties"][one_by_one]["items"])]);
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

/// The operation's request by this person: about what is there, or about what is not.
fn ask(app: &TestApp, operation: &Operation, actor: &Actor, practitioner: Option<Id>) -> Ask {
    let nobody = || Id::new(app.now()).to_string();
    let (named, enrolment) = match practitioner {
        Some(practitioner) => (practitioner.to_string(), app.subject("/v1/group-enrolments/{id}").unwrap()),
        None => (nobody(), nobody()),
    };
    let clinician = app.subject("/v1/clinicians/{id}").unwrap();
    let all = [
        ("from", "2027-01-11T00:00:00Z"),
        ("to", "2027-01-25T00:00:00Z"),
        ("clinician_id", clinician.as_str()),
        ("practitioner_id", named.as_str()),
    ];
    let of_a_clinician = ["getCalendar", "listAbsences", "listClinics", "listSlots"].contains(&operation.id.as_str());
    let taken = |name: &str| {
        let required = operation.parameters_in("query").any(|parameter| parameter.name == name && parameter.required);
        let documented = operation.parameters_in("query").any(|parameter| parameter.name == name);
        required || (of_a_clinician && documented) || (name == "practitioner_id" && documented && names_one(operation))
    };
    let with: Vec<(&str, &str)> = all.into_iter().filter(|(name, _)| taken(name)).collect();
    let known = practitioner.is_some() || !is_about_one(operation);
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

/// Status and code of an answer.
async fn answer(ask: Ask) -> (u16, String) {
    let reply = ask.send().await;
    told(&reply)
}

fn told(reply: &Seen) -> (u16, String) {
    (reply.status.as_u16(), reply.json["code"].as_str().unwrap_or_default().to_owned())
}

/// Ids by which something of a practitioner's is known.
fn ids(app: &TestApp, people: &[&Actor]) -> Vec<String> {
    let addresses: BTreeSet<String> =
        operation::all().into_iter().filter(is_about_one).filter(|one| one.path.ends_with('}')).map(|one| one.path).collect();
    let subjects = addresses.iter().filter_map(|address| app.subject(address)).filter(|id| id.parse::<Id>().is_ok());
    subjects.chain(people.iter().map(|person| person.id.to_string())).collect()
}

/// Everybody, and whose things are there: the practitioner of the journey and the nurse who asks for funding. What came in by the
/// contact line and from a hub has become the practitioner's.
async fn everybody_has_something(app: &TestApp) -> (People, Actor) {
    let people = everybody(app, "Reader").await;
    let name = format!("Nora {}", people["practitioner"].name);
    let nurse = app.signed_in(&name, &address(&name), PASSWORD).await;
    let hub = app.subject("/v1/hubs/{id}").unwrap();
    people["administrator"].lets_run(&people["hub_coordinator"], &hub, Value::Null).await.expect(200);
    let id = |address: &str| app.subject(address).unwrap().parse::<Id>().unwrap();
    let referral = people["coordinator"].refers_to_hub(&people["practitioner"], &hub).await;
    app.remember_subject("/v1/referrals/{id}", &referral);
    let (invitation, practitioner) = (id("/v1/invitations/{id}"), people["practitioner"].id);
    app.write(move |tx| {
        invitations::use_up(tx, invitation)?;
        invitations::link(tx, invitation, practitioner)
    })
    .await;
    (people, nurse)
}

/// Status and code of an operation that reads several people's, and what of the practitioners' it shows.
async fn shown(
    app: &TestApp,
    operation: &Operation,
    actor: &Actor,
    practitioner: Id,
    ids: &[String],
) -> ((u16, String), Vec<String>) {
    let reply = ask(app, operation, actor, Some(practitioner)).send().await;
    let text = reply.json.to_string();
    (told(&reply), ids.iter().filter(|id| text.contains(id.as_str())).cloned().collect())
}

/// The operations that name a role, those last that leave nothing to do for the others.
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
    is_about_one(operation) || names_one(operation)
}

/// What is wrong with the answers, and what was found out of reach.
#[derive(Default)]
struct Findings {
    wrong: Vec<String>,
    out_of_reach: BTreeSet<Reason>,
}

impl Findings {
    /// Takes note of an answer when nobody keeps this person away; false when nothing was found, which needs a reason.
    fn finds(&mut self, role: &str, operation: &Operation, control: &(u16, String)) -> bool {
        match (control.0, out_of_reach(role, operation)) {
            (404, Some(reason)) => {
                self.out_of_reach.insert(reason);
            }
            (404, None) => self.wrong.push(format!("{role}: {} answers {control:?}, and nobody is blocked", operation.name())),
            _ => {}
        }
        control.0 != 404
    }

    /// Compares what was found with what the table of that name has of the role.
    fn compare(&mut self, role: &str, name: &str, table: &[(&'static str, &[&'static str])], found: &BTreeMap<String, String>) {
        let known = listed(table, role);
        if found.keys().cloned().collect::<BTreeSet<_>>() != known {
            self.wrong.push(format!("{name} of {role} has {known:?}, and these were found: {found:#?}"));
        }
    }
}

/// Reads everything before and while both keep this person away, and tries to do everything while they do.
async fn finds_nobody(app: &TestApp, people: &People, nurse: &Actor, role: Role, findings: &mut Findings) {
    let word = role.as_str();
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (ids, mine) = (ids(app, &[practitioner, nurse]), of(word));

    // Before anybody is blocked.
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
        findings.wrong.push(format!("{word}: somebody is in {lists:?}, and not in {expected:?}"));
    }
    for operation in mine.iter().filter(is_single).filter(|one| one.method == Method::GET) {
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        if findings.finds(word, operation, &control) && control.0 != 200 {
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
        let stranger = answer(ask(app, operation, actor, None)).await;
        if blocked != stranger || blocked.0 < 400 {
            findings.wrong.push(format!("{word}: {} answers {blocked:?}, and about nobody {stranger:?}", operation.name()));
        }
        if operation.method == Method::GET && blocked.0 != 404 {
            findings.wrong.push(format!("{word}: {} is read with {blocked:?}", operation.name()));
        }
    }

    for (person, block) in blocks {
        person.delete(&format!("/v1/me/blocked-colleagues/{block}")).send().await.expect(204);
    }
}

/// Whether it needs an appointment of the caller's as it was made.
fn names_an_appointment(operation: &Operation) -> bool {
    operation.body.as_ref().is_some_and(|body| body["properties"]["appointment_id"].is_object())
}

/// Does everything when nobody keeps this person away any more: what was refused was refused for that reason. A body may be
/// refused before anybody is looked for, but not most of them.
async fn finds_them_again(app: &TestApp, people: &People, role: Role, findings: &mut Findings) {
    let word = role.as_str();
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (mut tried, mut refused) = (0, BTreeMap::new());
    for operation in of(word).iter().filter(is_single).filter(|one| one.method != Method::GET) {
        // Coordinators and the clinician themselves have changed the one of the journey by then.
        if role == Role::Clinician && names_an_appointment(operation) {
            let met = app.sees(practitioner, actor).await;
            app.remember_subject("/v1/appointments/{id}", &met.to_string());
        }
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        if !findings.finds(word, operation, &control) {
            continue;
        }
        tried += 1;
        if control == answer(ask(app, operation, actor, None)).await {
            refused.insert(operation.id.clone(), format!("{control:?}"));
        }
    }
    if refused.len() * 2 > tried {
        findings.wrong.push(format!("{word}: {} of {tried} tell nothing: their bodies are refused", refused.len()));
    }
    findings.compare(word, "TELL_NOTHING", TELL_NOTHING, &refused);
}

/// Every exception is one of an operation that is there.
#[test]
fn no_exception_is_left_over() {
    let operations = operation::all();
    let with_an_id = |start: &str| operations.iter().any(|one| one.path.contains('{') && is_below(one, start));
    let unneeded: Vec<_> = OTHERS.iter().filter(|start| !with_an_id(start)).collect();
    assert!(unneeded.is_empty(), "no address with an id begins so: take {unneeded:?} out of OTHERS");
    let in_query = |one: &&Operation| one.parameters_in("query").any(|parameter| NAMES.contains(&parameter.name.as_str()));
    let asking: BTreeSet<&str> = operations.iter().filter(in_query).map(|one| one.id.as_str()).collect();
    assert!(OF_ONE.iter().all(|id| asking.contains(id)), "OF_ONE has more than {asking:?}");
}

#[apply(both_engines)]
async fn blocked_staff_of_every_role_find_nobody(app: TestApp) {
    let (people, nurse) = everybody_has_something(&app).await;
    let mut findings = Findings::default();
    for role in ROLES {
        finds_nobody(&app, &people, &nurse, *role, &mut findings).await;
    }
    for role in ROLES {
        finds_them_again(&app, &people, *role, &mut findings).await;
    }
    let Findings { mut wrong, out_of_reach } = findings;
    let reached = OUT_OF_REACH.iter().filter(|reason| !out_of_reach.contains(reason));
    wrong.extend(reached.map(|reason| format!("{reason:?} is reached: take it out of OUT_OF_REACH")));
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
