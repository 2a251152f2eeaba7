//! Staff of every role whom a practitioner has blocked get the same answers as if the practitioner did not exist: from every
//! operation that takes the id of a practitioner or of something of theirs, and in every list. The same person is the control, before
//! the practitioner blocks them and after they are unblocked.

use std::collections::BTreeSet;

use actix_web::http::Method;
use confide::access::contacts::invitations;
use confide::people::Role;
use confide::platform::ids::Id;
use serde_json::{Map, Value, json};

use super::journey::{People, everybody};
use super::operation::{self, Operation, sample, type_of};
use crate::on_both_engines;
use crate::support::TestApp;
use crate::support::actors::{Actor, PASSWORD, address};
use crate::support::app::Ask;

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
    "/v1/intake-switches",
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
            "listHubReferrals",
            "listOrphanedAppointments",
            "listPractitioners",
            "listRiskAlerts",
            "listUncoveredAppointments",
        ],
    ),
    ("hub_coordinator", &["listHubReferrals"]),
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
const OF_ONE: &[&str] = &["listAssessments", "listFitNotes", "listPrescriptions", "listReturnToWorkPlans", "searchSlots"];

/// What a role cannot reach here even when nobody keeps them away, and why.
const OUT_OF_REACH: &[(&str, &str)] = &[
    // Call handlers see the referrals that they made.
    ("call_handler", "/v1/hub-referrals/{id}"),
    // Only the service's coordinators refer a registered practitioner.
    ("call_handler", "makeReferral"),
    ("hub_coordinator", "makeReferral"),
    // Nobody was discharged.
    ("clinician", "getDischarge"),
    // They name an appointment of the clinician's, which coordinators have changed by then.
    ("clinician", "recordAssessmentOutcome"),
    ("clinician", "writeNote"),
];

/// Whether the operation takes the id of something that belongs to a practitioner.
fn is_about_one(operation: &Operation) -> bool {
    let other = OTHERS.iter().any(|start| operation.path == *start || operation.path.starts_with(&format!("{start}/")));
    operation.path.contains('{') && !other
}

/// Whether it names a practitioner in its query or body.
fn names_one(operation: &Operation) -> bool {
    let in_query = operation.parameters_in("query").any(|parameter| parameter.name == "practitioner_id");
    let in_body = operation.body.as_ref().is_some_and(|body| body["properties"]["practitioner_id"].is_object());
    in_body || (in_query && OF_ONE.contains(&operation.id.as_str()))
}

fn is_out_of_reach(role: &str, operation: &Operation) -> bool {
    OUT_OF_REACH
        .iter()
        .any(|(of, what)| *of == role && (*what == operation.id || (what.starts_with('/') && operation.path.starts_with(what))))
}

/// The least that a schema asks for.
fn least(schema: &Value) -> Value {
    if type_of(schema) != "object" {
        return sample(schema);
    }
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Value::Object(required.map(|name| (name.to_owned(), least(&schema["properties"][name]))).collect::<Map<_, _>>())
}

/// A body with the least that is asked for, in which ids are those of things that are there.
fn body(app: &TestApp, operation: &Operation, practitioner: &str) -> Option<Value> {
    let schema = operation.body.as_ref()?;
    let mut body = least(schema);
    let subject = |address: &str| app.subject(address).unwrap();
    for (member, id) in [
        ("practitioner_id", practitioner.to_owned()),
        ("slot_id", subject("/v1/slots/{id}")),
        ("appointment_id", subject("/v1/appointments/{id}")),
        ("clinician_id", subject("/v1/clinicians/{id}")),
        ("hub_id", subject("/v1/hubs/{id}")),
    ] {
        if schema["properties"][member].is_object() {
            body[member] = json!(id);
        }
    }
    if operation.id == "makeReferral" {
        body["kind"] = json!("service_to_hub");
    }
    Some(body)
}

/// The operation's request by this person: about what is there, or about what is not.
fn ask(app: &TestApp, operation: &Operation, actor: &Actor, practitioner: Option<Id>) -> Ask {
    let named = practitioner.unwrap_or_else(|| Id::new(app.now())).to_string();
    let clinician = app.subject("/v1/clinicians/{id}").unwrap();
    let all = [
        ("from", "2027-01-11T00:00:00Z"),
        ("to", "2027-01-25T00:00:00Z"),
        ("clinician_id", clinician.as_str()),
        ("practitioner_id", named.as_str()),
    ];
    let is_calendar = matches!(operation.id.as_str(), "getCalendar" | "searchSlots");
    let taken = |name: &str| {
        let required = operation.parameters_in("query").any(|parameter| parameter.name == name && parameter.required);
        let documented = operation.parameters_in("query").any(|parameter| parameter.name == name);
        required || (is_calendar && documented) || (name == "practitioner_id" && documented && names_one(operation))
    };
    let with: Vec<(&str, &str)> = all.into_iter().filter(|(name, _)| taken(name)).collect();
    let known = practitioner.is_some() || !is_about_one(operation);
    let address = if known { operation.address_in(app, &with) } else { operation.address(&with) };
    let mut ask = app.request(operation.method.clone(), &address).bearer(&actor.token);
    if operation.parameters_in("header").any(|parameter| parameter.name == "If-Match") {
        ask = ask.if_match("*");
    }
    match body(app, operation, &named) {
        Some(body) => ask.json(&body),
        None => ask,
    }
}

/// Status and code of an answer.
async fn answer(ask: Ask) -> (u16, String) {
    let reply = ask.send().await;
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
    app.remember_subject("/v1/hub-referrals/{id}", &referral);
    let (invitation, practitioner) = (id("/v1/invitations/{id}"), people["practitioner"].id);
    let now = app.now();
    app.sql(move |conn| {
        invitations::use_up(conn, invitation, now)?;
        invitations::link(conn, invitation, practitioner, now)
    })
    .await;
    (people, nurse)
}

/// What of the practitioners' an operation that reads several people's shows.
async fn shown(app: &TestApp, operation: &Operation, actor: &Actor, practitioner: Id, ids: &[String]) -> Vec<String> {
    let text = ask(app, operation, actor, Some(practitioner)).send().await.json.to_string();
    ids.iter().filter(|id| text.contains(id.as_str())).cloned().collect()
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

/// Reads everything before and while both keep this person away, and tries to do everything while they do.
async fn finds_nobody(app: &TestApp, people: &People, nurse: &Actor, role: Role) -> Vec<String> {
    let (word, mut wrong) = (role.as_str(), Vec::new());
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (ids, mine) = (ids(app, &[practitioner, nurse]), of(word));

    // Before anybody is blocked.
    let mut lists = BTreeSet::new();
    for operation in mine.iter().filter(is_list) {
        if !shown(app, operation, actor, practitioner.id, &ids).await.is_empty() {
            lists.insert(operation.id.as_str());
        }
    }
    let expected: BTreeSet<&str> = LISTS.iter().find(|(of, _)| *of == word).unwrap().1.iter().copied().collect();
    if lists != expected {
        wrong.push(format!("{word}: somebody is in {lists:?}, and not in {expected:?}"));
    }
    for operation in mine.iter().filter(is_single).filter(|one| one.method == Method::GET && !is_out_of_reach(word, one)) {
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        if control.0 == 404 {
            wrong.push(format!("{word}: {} answers {control:?} before anybody is blocked", operation.name()));
        }
    }

    // Blocked by both.
    let mut blocks = Vec::new();
    for person in [practitioner, nurse] {
        blocks.push((person, person.blocks_name(&actor.name).await.expect(201).id()));
    }
    for operation in mine.iter().filter(is_list) {
        let left = shown(app, operation, actor, practitioner.id, &ids).await;
        if !left.is_empty() {
            wrong.push(format!("{word}: {} still shows {left:?}", operation.name()));
        }
    }
    for operation in mine.iter().filter(is_single) {
        let blocked = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        let stranger = answer(ask(app, operation, actor, None)).await;
        if blocked != stranger || blocked.0 < 400 {
            wrong.push(format!("{word}: {} answers {blocked:?}, and about nobody {stranger:?}", operation.name()));
        }
        if operation.method == Method::GET && blocked.0 != 404 {
            wrong.push(format!("{word}: {} is read with {blocked:?}", operation.name()));
        }
    }

    for (person, block) in blocks {
        person.delete(&format!("/v1/me/blocked-colleagues/{block}")).send().await.expect(204);
    }
    wrong
}

/// Does everything when nobody keeps this person away any more: what was refused was refused for that reason. A body may be
/// refused before anybody is looked for, but not most of them.
async fn finds_them_again(app: &TestApp, people: &People, role: Role) -> Vec<String> {
    let (word, mut wrong) = (role.as_str(), Vec::new());
    let (actor, practitioner) = (&people[word], &people["practitioner"]);
    let (mut tried, mut refused) = (0, Vec::new());
    for operation in of(word).iter().filter(is_single).filter(|one| one.method != Method::GET && !is_out_of_reach(word, one)) {
        let control = answer(ask(app, operation, actor, Some(practitioner.id))).await;
        let stranger = answer(ask(app, operation, actor, None)).await;
        tried += 1;
        if control.0 == 404 {
            wrong.push(format!("{word}: {} answers {control:?} after nobody is blocked any more", operation.name()));
        } else if control == stranger {
            refused.push(operation.id.clone());
        }
    }
    if refused.len() * 2 > tried {
        wrong.push(format!("{word}: {refused:?} of {tried} tell nothing: their bodies are refused"));
    }
    wrong
}

on_both_engines! {
    async fn blocked_staff_of_every_role_find_nobody(app: TestApp) {
        let (people, nurse) = everybody_has_something(&app).await;
        let mut wrong = Vec::new();
        for role in ROLES {
            wrong.extend(finds_nobody(&app, &people, &nurse, *role).await);
        }
        for role in ROLES {
            wrong.extend(finds_them_again(&app, &people, *role).await);
        }
        assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}
