//! Every change can be repeated safely after a lost response, and made conditional on the version that the caller has read.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use chrono::TimeDelta;
use confide::people::Role;
use confide::platform::outbox::worker::send_due;
use confide::scheduling::calendar::model::AppointmentKind;
use confide::server::document::NEEDS_NO_KEY;
use serde_json::{Value, json};

use super::contract::Complaints;
use super::journey::{People, people_of_every_role, row_counts, walk};
use super::operation::{self, Operation};
use crate::support::actors::{PASSWORD, address};
use crate::support::clinicians::clinic;
use crate::support::contract::problem_codes;
use crate::support::groups::therapy;
use crate::support::mail_server::{Behaviour, MailServer};
use crate::support::repeat_checks::RepeatChecks;
use crate::support::self_checks::usual_self_check;
use crate::support::{TestApp, apply, both_engines};

fn takes(operation: &Operation, name: &str) -> bool {
    operation.parameters_in("header").any(|parameter| parameter.name == name)
}

#[test]
fn every_post_takes_an_idempotency_key_or_states_an_exception() {
    let mut wrong = Complaints::default();
    for operation in operation::all().iter().filter(|operation| operation.method == Method::POST) {
        let excused = NEEDS_NO_KEY.iter().any(|(id, why)| *id == operation.id && !why.is_empty());
        wrong.require(takes(operation, "Idempotency-Key") != excused, || {
            format!("{}: takes a key, or has a reason for none", operation.name())
        });
    }
    for (id, _) in NEEDS_NO_KEY {
        wrong.require(operation::all().iter().any(|operation| operation.id == id), || format!("{id} is no operation any more"));
    }
    wrong.assert_empty();
}

#[test]
fn only_operations_with_a_signed_in_caller_declare_idempotency_key_reused() {
    let (document, mut wrong) = (operation::document(), Complaints::default());
    for operation in operation::all().iter().filter(|operation| takes(operation, "Idempotency-Key")) {
        let raw = &document["paths"][&operation.path][operation.method.as_str().to_lowercase()];
        let declares = problem_codes(&document, raw).iter().any(|code| code == "idempotency_key_reused");
        wrong.require(declares != operation.is_public(), || format!("{}: idempotency_key_reused", operation.name()));
    }
    wrong.assert_empty();
}

#[test]
fn operations_that_return_an_etag_accept_a_condition() {
    let mut wrong = Complaints::default();
    for operation in operation::all() {
        let returns_version = |status: &str| operation.responses[status]["headers"]["ETag"].is_object();
        let name = operation.name();
        if operation.method == Method::GET {
            wrong.require(returns_version("200") == takes(&operation, "If-None-Match"), || format!("{name}: If-None-Match"));
            wrong.require(returns_version("200") == returns_version("304"), || format!("{name}: 304"));
        } else if returns_version("200") && operation.id != "confirmMobile" {
            wrong.require(takes(&operation, "If-Match"), || format!("{name}: returns an ETag and takes no If-Match"));
        }
    }
    wrong.assert_empty();
}

/// Calls every wanted operation as every role that may: reads first, deletions last.
async fn every_role_calls_every_operation(app: &TestApp, people: &People, wanted: impl Fn(&Operation) -> bool) {
    let mut operations = operation::all();
    operations.retain(wanted);
    let methods = [Method::GET, Method::PUT, Method::PATCH, Method::POST, Method::DELETE];
    operations.sort_by_key(|operation| methods.iter().position(|method| *method == operation.method));
    for operation in operations {
        for (_, actor) in people.iter().filter(|(role, _)| operation.allows(role)) {
            let reply = operation.ask(app, &[], operation.sample_body().as_ref()).bearer(&actor.token).send().await;
            assert!(reply.status.as_u16() < 500, "{}: {}", operation.name(), reply.json);
        }
    }
}

/// `replaceClinic`, `recordAttendance`.
async fn attend_an_appointment(app: &TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let created =
        cleo.post("/v1/clinics", clinic("tuesday", "09:00", "12:00", 60, "assessment", "video")).send().await.expect(201);
    let later = clinic("tuesday", "10:00", "12:00", 60, "assessment", "video");
    cleo.put(&format!("/v1/clinics/{}", created.id()), later).if_match(&created.etag()).send().await.expect(200);
    let slot = app.free_slot(&cleo, TimeDelta::hours(2), AppointmentKind::Assessment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::hours(2));
    cleo.signs_in_again().await.records_attendance(&booked, "attended_on_time").await.expect(200);
}

/// `createPractitionerReferral`, `declineReferral`, `linkFollowUpAppointment`.
async fn refer_and_follow_up(app: &TestApp) {
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let scene = app.in_care().await;
    let form = json!({ "hub_id": hub, "reason": "team_support", "consent": true, "phone": "020 7946 0018" });
    let path = format!("/v1/practitioners/{}/referrals", scene.ada.id);
    let referral = scene.cleo.post(&path, form).send().await.expect(201).id();
    let declined = json!({ "reason": "other_help_needed", "note": "The local team can see her tomorrow." });
    harriet.acts_on_referral(&referral, "decline", declined).await.expect(200);

    let (eve, dora, cory) = (app.clinician("Eve Clinician").await, app.dora().await, app.coordinator().await);
    let (bea, seen) = app.practitioner_seen_by("Bea Byron", &eve, 1).await;
    let agreed = eve.agrees_usual_follow_up(&bea, seen).await;
    let slot = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let booked = bea.books(&slot).await.expect(201).id();
    cory.links_appointment(&agreed, &booked).await.expect(200);
}

/// `createGroupEnrolment`.
async fn enrol_in_a_group(app: &TestApp) {
    let group = app.group(therapy).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    ada.enrols(&group.id, "kestrel").await.expect(201);
}

/// `createFundingRequest`.
async fn create_a_second_funding_request(app: &TestApp) {
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.submits_own_request().await;
    nurse.acts_on_request_without_body(&request, "withdraw").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    nurse.post("/v1/funding-requests", json!({})).send().await.expect(201);
}

/// `replayMessage`, `dropMessage`.
async fn replay_and_drop_failed_emails(app: &TestApp) {
    let avery = app.administrator().await;
    for name in ["Nora Field", "Nils Field"] {
        let form = json!({ "email": address(name), "name": name, "role": "clinician", "reason": "Joins the team." });
        avery.creates_approved_staff_with(form).await;
    }
    let server = MailServer::start();
    server.behaves(Behaviour::Answers("MAIL", "451 not now"));
    let sender = server.sender();
    for _ in 0..12 {
        send_due(&app.platform, &sender).await.unwrap();
        app.clock.advance(TimeDelta::hours(2));
    }
    let avery = avery.signs_in_again().await;
    let dead = avery.lists_messages("dead").await;
    let [first, second, ..] = &dead[..] else { panic!("expected two dead emails: {dead:?}") };
    avery.replays(first["id"].as_str().unwrap()).await.expect(200);
    avery.post_empty(&format!("/v1/messages/{}/drop", second["id"].as_str().unwrap())).send().await.expect(200);
}

/// Operations that take `If-Match` and are not tried with a stale version, and why.
const NO_STALE_VERSION: &[(&str, &str)] = &[];

/// Operations that take `Idempotency-Key` and are not repeated, and why.
const NOT_REPEATED: &[(&str, &str)] = &[];

/// Operations that take `If-None-Match` and are not tried with the current version, and why.
const NOT_ASKED_AGAIN: &[(&str, &str)] = &[];

/// Uses every feature, and calls every wanted operation as every role that may, each time in an application that `prepare` has
/// equipped with checks.
pub(super) async fn use_every_operation(
    app: &TestApp,
    prepare: impl Fn(&TestApp) -> TestApp,
    wanted: impl Fn(&Operation) -> bool,
) {
    walk(&prepare(app)).await;
    let fresh = async || prepare(&TestApp::start(app.kind).await);
    let another = fresh().await;
    let people = people_of_every_role(&another, "Sender").await;
    every_role_calls_every_operation(&another, &people, wanted).await;
    attend_an_appointment(&fresh().await).await;
    refer_and_follow_up(&fresh().await).await;
    enrol_in_a_group(&fresh().await).await;
    create_a_second_funding_request(&fresh().await).await;
    replay_and_drop_failed_emails(&fresh().await).await;
}

#[apply(both_engines)]
async fn stale_versions_are_refused_repeats_get_the_first_answer_and_unchanged_records_get_304(app: TestApp) {
    let checks = RepeatChecks::default();
    let takes_a_header =
        |operation: &Operation| ["If-Match", "If-None-Match", "Idempotency-Key"].iter().any(|header| takes(operation, header));
    use_every_operation(&app, |app| app.with_repeat_checks(&checks), takes_a_header).await;
    let mut wrong = Complaints::default();
    for (header, tried, untried) in [
        ("If-Match", checks.refused_stale_versions(), NO_STALE_VERSION),
        ("Idempotency-Key", checks.repeated(), NOT_REPEATED),
        ("If-None-Match", checks.answered_not_modified(), NOT_ASKED_AGAIN),
    ] {
        let taking: BTreeSet<String> =
            operation::all().into_iter().filter(|operation| takes(operation, header)).map(|operation| operation.id).collect();
        for id in &taking {
            let excused = untried.iter().any(|(known, why)| known == id && !why.is_empty());
            wrong.require(tried.contains(id) || excused, || format!("{id}: {header} is not tried"));
            wrong.require(!(tried.contains(id) && excused), || format!("{id}: {header} is tried, so it needs no excuse"));
        }
        for (id, _) in untried {
            wrong.require(taking.contains(*id), || format!("{id}: takes no {header} any more"));
        }
    }
    wrong.assert_empty();
}

#[apply(both_engines)]
async fn public_idempotency_keys_count_together_with_the_body(app: TestApp) {
    let cleo = app.staff("Cleo Marsh", Role::Clinician).await;
    app.post("/v1/password-resets", json!({ "email": cleo.email })).send().await.expect(202);
    let reset = app.token_for(&cleo.email).await;
    app.registers(&app.registration("Ada Byron")).await.expect(201);
    let link = app.token_for("ada.byron@example.org").await;
    let reversed = |token: &str| token.chars().rev().collect::<String>();
    let response = |kind: &str| json!({ "token": "x".repeat(38), "kind": kind });
    let reset_form = |token: &str| json!({ "token": token, "new_password": "amber lantern past the third gate" });
    let cases = [
        ("createOutreachResponse", response("self_check"), response("opt_out"), (200, 200)),
        ("registerPractitioner", app.registration("Bea Quill"), app.registration("Cal Reed"), (201, 201)),
        ("createContactRequest", json!({ "phone": "07700 900123" }), json!({ "phone": "07700 900124" }), (202, 202)),
        ("requestEmailConfirmation", json!({ "email": "a@example.org" }), json!({ "email": "b@example.org" }), (202, 202)),
        ("requestPasswordReset", json!({ "email": "a@example.org" }), json!({ "email": "b@example.org" }), (202, 202)),
        ("completePasswordReset", reset_form(&reset), reset_form(&reversed(&reset)), (204, 410)),
        ("createSelfCheck", usual_self_check(0), usual_self_check(1), (201, 201)),
        (
            "confirmEmail",
            json!({ "token": link, "password": PASSWORD }),
            json!({ "token": reversed(&link), "password": PASSWORD }),
            (204, 410),
        ),
    ];
    let is_tried = |operation: &Operation| operation.is_public() && takes(operation, "Idempotency-Key");
    let operations: BTreeMap<String, Operation> =
        operation::all().into_iter().filter(is_tried).map(|operation| (operation.id.clone(), operation)).collect();
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
        assert!(*others > 299 || row_counts(&app).await != before, "{id} treats another body as another request");
        assert!(other.body.is_empty() || other.json["code"] != "idempotency_key_reused", "{id}");
    }
}

#[apply(both_engines)]
async fn conditional_headers_are_honoured_or_refused_but_never_ignored(app: TestApp) {
    let people = people_of_every_role(&app, "Sender").await;
    let before = row_counts(&app).await;
    for operation in operation::all().iter().filter(|operation| operation.method != Method::GET) {
        let body = operation.sample_body();
        let token = &people.iter().find(|(role, _)| operation.allows(role)).unwrap().1.token;
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
