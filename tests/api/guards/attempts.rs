//! Whatever changes something can be repeated after a lost answer, and made to depend on what the caller has seen.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::outbox::worker::send_due;
use confide::scheduling::calendar::model::AppointmentKind;
use confide::server::document::NEEDS_NO_KEY;
use serde_json::{Value, json};

use super::contract::{Complaints, words};
use super::journey::{People, everybody, row_counts, walk};
use super::operation::{self, Operation};
use crate::support::actors::{PASSWORD, address};
use crate::support::clinicians::clinic;
use crate::support::doubts::Doubts;
use crate::support::groups::therapy;
use crate::support::mail_server::{MailServer, Mood};
use crate::support::self_checks::an_ordinary_check;
use crate::support::{TestApp, apply, both_engines};

fn takes(operation: &Operation, name: &str) -> bool {
    operation.parameters_in("header").any(|parameter| parameter.name == name)
}

#[test]
fn what_changes_something_takes_a_key_or_says_why_it_needs_none() {
    let mut wrong = Complaints::default();
    for operation in operation::all().iter().filter(|operation| operation.method == Method::POST) {
        let excused = NEEDS_NO_KEY.iter().any(|(id, why)| *id == operation.id && !why.is_empty());
        wrong.unless(takes(operation, "Idempotency-Key") != excused, || format!("{}: key or reason", operation.name()));
    }
    for (id, _) in NEEDS_NO_KEY {
        wrong.unless(operation::all().iter().any(|operation| operation.id == id), || format!("{id} is no operation any more"));
    }
    wrong.none();
}

#[test]
fn only_whose_key_is_their_own_is_told_that_it_was_used() {
    let (document, mut wrong) = (operation::document(), Complaints::default());
    for operation in operation::all().iter().filter(|operation| takes(operation, "Idempotency-Key")) {
        let problems = words(&document["paths"][&operation.path][operation.method.as_str().to_lowercase()]["x-problems"]);
        let tells = problems.iter().any(|code| code == "idempotency_key_reused");
        wrong.unless(tells != operation.is_public(), || format!("{}: idempotency_key_reused", operation.name()));
    }
    wrong.none();
}

#[test]
fn what_shows_a_version_takes_one() {
    let mut wrong = Complaints::default();
    for operation in operation::all() {
        let shows = |status: &str| operation.responses[status]["headers"]["ETag"].is_object();
        let name = operation.name();
        if operation.method == Method::GET {
            wrong.unless(shows("200") == takes(&operation, "If-None-Match"), || format!("{name}: If-None-Match"));
            wrong.unless(shows("200") == shows("304"), || format!("{name}: 304"));
        } else if shows("200") && operation.id != "confirmMobile" {
            wrong.unless(takes(&operation, "If-Match"), || format!("{name}: shows a version and takes none"));
        }
    }
    wrong.none();
}

/// Sends every operation that looks at such a header, as everybody who may: first what reads, last what ends something.
async fn everybody_tries_everything(app: &TestApp, people: &People) {
    let mut operations = operation::all();
    operations.retain(|operation| ["If-Match", "If-None-Match", "Idempotency-Key"].iter().any(|header| takes(operation, header)));
    let methods = [Method::GET, Method::PUT, Method::PATCH, Method::POST, Method::DELETE];
    operations.sort_by_key(|operation| methods.iter().position(|method| *method == operation.method));
    for operation in operations {
        for (_, actor) in people.iter().filter(|(role, _)| operation.lets_in(role)) {
            let reply = operation.ask(app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
            assert!(reply.status.as_u16() < 500, "{}: {}", operation.name(), reply.json);
        }
    }
}

/// `replaceClinic`, `recordAttendance`.
async fn appointments_are_kept(app: &TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let made = cleo.post("/v1/clinics", clinic("tuesday", "09:00", "12:00", 60, "assessment", "video")).send().await.expect(201);
    let later = clinic("tuesday", "10:00", "12:00", 60, "assessment", "video");
    cleo.put(&format!("/v1/clinics/{}", made.id()), later).if_match(&made.etag()).send().await.expect(200);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(2));
    cleo.back().await.records_attendance(&booked, "attended_on_time").await.expect(200);
}

/// `createPractitionerReferral`, `declineReferral`, `linkFollowUpAppointment`.
async fn care_goes_on(app: &TestApp) {
    let hub = app.harbour().await;
    let harriet = app.hub_runner("Harriet Hub", &hub).await;
    let scene = app.in_care().await;
    let form = json!({ "hub_id": hub, "reason": "team_support", "consent": true, "phone": "020 7946 0018" });
    let path = format!("/v1/practitioners/{}/referrals", scene.ada.id);
    let referral = scene.cleo.post(&path, form).send().await.expect(201).id();
    let declined = json!({ "reason": "other_help_needed", "text": "The local team can see her tomorrow." });
    harriet.on_referral(&referral, "decline", declined).await.expect(200);

    let (eve, dora, cory) = (app.clinician("Eve Clinician").await, app.dora().await, app.coordinator().await);
    let (bea, seen) = app.has_been_with("Bea Byron", &eve, 1).await;
    let agreed = eve.agrees_on_the_usual(&bea, seen).await;
    let slot = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = bea.books(&slot).await.expect(201).id();
    cory.links(&agreed, &booked).await.expect(200);
}

/// `createGroupEnrolment`.
async fn a_place_is_taken(app: &TestApp) {
    let group = app.group(therapy).await;
    let ada = app.found_in_care("Ada Byron").await;
    app.was_screened(&ada, &group, TimeDelta::zero()).await;
    ada.enrols(&group.id, "kestrel").await.expect(201);
}

/// `createFundingRequest`.
async fn a_request_is_begun_again(app: &TestApp) {
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.hands_in_her_request().await;
    nurse.on_request_plainly(&request, "withdraw").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    nurse.post("/v1/funding-requests", json!({})).send().await.expect(201);
}

/// `replayMessage`, `dropMessage`.
async fn letters_that_are_dead_are_seen_to(app: &TestApp) {
    let avery = app.administrator().await;
    for name in ["Nora Field", "Nils Field"] {
        let form = json!({ "email": address(name), "name": name, "role": "clinician" });
        avery.post("/v1/staff", form).send().await.expect(201);
    }
    let server = MailServer::start();
    server.is(Mood::Says("MAIL", "451 not now"));
    let sender = server.sender();
    for _ in 0..12 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
    }
    let avery = avery.back().await;
    let dead = avery.sees_messages("dead").await;
    let [first, second, ..] = &dead[..] else { panic!("two letters are dead: {dead:?}") };
    avery.replays(first["id"].as_str().unwrap()).await.expect(200);
    avery.post_nothing(&format!("/v1/messages/{}/drop", second["id"].as_str().unwrap())).send().await.expect(200);
}

/// Operations that take `If-Match` and are not tried with a stale one, and why.
const NO_STALE_VERSION: &[(&str, &str)] = &[];

/// Operations that take `Idempotency-Key` and are not repeated, and why.
const NOT_REPEATED: &[(&str, &str)] = &[];

/// Operations that take `If-None-Match` and are not asked for what is held, and why.
const NOT_HELD: &[(&str, &str)] = &[];

#[apply(both_engines)]
async fn a_stale_version_changes_nothing_a_repeat_is_answered_as_before_and_what_is_held_is_not_sent(app: TestApp) {
    let doubts = Doubts::default();
    walk(&app.doubting(&doubts)).await;
    let another = TestApp::start(app.kind).await.doubting(&doubts);
    let people = everybody(&another, "Sender").await;
    everybody_tries_everything(&another, &people).await;
    let fresh = async || TestApp::start(app.kind).await.doubting(&doubts);
    appointments_are_kept(&fresh().await).await;
    care_goes_on(&fresh().await).await;
    a_place_is_taken(&fresh().await).await;
    a_request_is_begun_again(&fresh().await).await;
    letters_that_are_dead_are_seen_to(&fresh().await).await;
    let mut wrong = Complaints::default();
    for (header, tried, untried) in [
        ("If-Match", doubts.refused_a_stale_version(), NO_STALE_VERSION),
        ("Idempotency-Key", doubts.repeated(), NOT_REPEATED),
        ("If-None-Match", doubts.held(), NOT_HELD),
    ] {
        let taking: BTreeSet<String> =
            operation::all().into_iter().filter(|operation| takes(operation, header)).map(|operation| operation.id).collect();
        for id in &taking {
            let excused = untried.iter().any(|(known, why)| known == id && !why.is_empty());
            wrong.unless(tried.contains(id) || excused, || format!("{id}: {header} is not tried"));
            wrong.unless(!(tried.contains(id) && excused), || format!("{id}: {header} is tried, so it needs no excuse"));
        }
        for (id, _) in untried {
            wrong.unless(taking.contains(*id), || format!("{id}: takes no {header} any more"));
        }
    }
    wrong.none();
}

#[apply(both_engines)]
async fn a_key_of_somebody_who_is_not_signed_in_counts_together_with_the_body(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    app.post("/v1/password-resets", json!({ "email": cleo.email })).send().await.expect(202);
    let reset = app.token_for(&cleo.email).await;
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let link = app.token_for("ada.byron@example.org").await;
    let turned = |token: &str| token.chars().rev().collect::<String>();
    let answer = |kind: &str| json!({ "token": "x".repeat(38), "kind": kind });
    let choice = |token: &str| json!({ "token": token, "new_password": "amber lantern past the third gate" });
    let cases = [
        ("createOutreachResponse", answer("self_check"), answer("opt_out"), (200, 200)),
        ("registerPractitioner", app.registration("Bea Quill"), app.registration("Cal Reed"), (201, 201)),
        ("createContactRequest", json!({ "phone": "07700 900123" }), json!({ "phone": "07700 900124" }), (202, 202)),
        ("requestEmailVerification", json!({ "email": "a@example.org" }), json!({ "email": "b@example.org" }), (202, 202)),
        ("requestPasswordReset", json!({ "email": "a@example.org" }), json!({ "email": "b@example.org" }), (202, 202)),
        ("completePasswordReset", choice(&reset), choice(&turned(&reset)), (204, 410)),
        ("createSelfCheck", an_ordinary_check(0), an_ordinary_check(1), (201, 201)),
        (
            "confirmEmail",
            json!({ "token": link, "password": PASSWORD }),
            json!({ "token": turned(&link), "password": PASSWORD }),
            (204, 410),
        ),
    ];
    let open = |operation: &Operation| operation.is_public() && takes(operation, "Idempotency-Key");
    let operations: BTreeMap<String, Operation> =
        operation::all().into_iter().filter(open).map(|operation| (operation.id.clone(), operation)).collect();
    let tried: BTreeSet<&str> = cases.iter().map(|(id, ..)| *id).collect();
    assert_eq!(operations.keys().map(String::as_str).collect::<BTreeSet<_>>(), tried);
    for (id, form, another, (status, others)) in &cases {
        let ask = |body: &Value| operations[*id].ask(&app, &[], Some(body)).key("one-key").send();
        let first = ask(form).await.expect(*status);
        let before = row_counts(&app).await;
        for _ in 0..2 {
            let again = ask(form).await.expect(*status);
            assert_eq!((&again.body, again.header("location")), (&first.body, first.header("location")), "{id}");
        }
        assert_eq!(row_counts(&app).await, before, "{id} has its effect once");
        let other = ask(another).await.expect(*others);
        assert!(*others > 299 || row_counts(&app).await != before, "{id} takes another body for another request");
        assert!(other.body.is_empty() || other.json["code"] != "idempotency_key_reused", "{id}");
    }
}

#[apply(both_engines)]
async fn a_condition_is_honoured_or_refused_and_never_ignored(app: TestApp) {
    let people = everybody(&app, "Sender").await;
    let before = row_counts(&app).await;
    for operation in operation::all().iter().filter(|operation| operation.method != Method::GET) {
        let body = operation.sample_body();
        let token = &people.iter().find(|(role, _)| operation.lets_in(role)).unwrap().1.token;
        let ask = || {
            let ask = app.request(operation.method.clone(), &operation.address_in(&app, &[])).bearer(token);
            body.iter().fold(ask, |ask, body| ask.json(body))
        };
        let unreadable = ["v3", "", "\"open", "*, \"v3\"", "\"v3\" \"v4\""];
        let refused: &[&str] = if takes(operation, "If-Match") { &unreadable } else { &["\"v3\"", "v3"] };
        for value in refused {
            let reply = ask().if_match(value).send().await;
            assert_eq!(reply.status, 400, "{} with If-Match: {value}: {}", operation.name(), reply.json);
            reply.expect_field("invalid_parameter", "If-Match");
        }
        ask().header("if-none-match", "*").send().await.expect(400).expect_field("invalid_parameter", "If-None-Match");
        assert_eq!(row_counts(&app).await, before, "{} wrote something", operation.name());
    }
}
