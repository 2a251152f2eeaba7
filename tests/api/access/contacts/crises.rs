//! A crisis call by a practitioner reaches their clinicians, and staff of the contact line learn from it of no one.

use chrono::TimeDelta;
use confide::access::schema::contact_crises;
use confide::people::Role;
use confide::people::schema::message_preferences;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::clinical_record::InCare;
use crate::support::contacts::without_ids;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

const STRANGER: &str = "ann.strange@example.org";
/// A reference that can be one, and that no one has.
const UNKNOWN: &str = "CF-2222-2222";
const FOR_CLINICIANS: &str = "Please call your colleagues now";

/// A contact with this caller, triaged.
async fn triaged(handler: &Actor, caller: Value, needs: &[&str]) -> String {
    let contact = handler.logs_contact("phone", caller).await.expect(201).id();
    handler.triages_contact(&contact, needs).await.expect(200);
    contact
}

fn severities(events: &[(String, Option<String>)]) -> Vec<&str> {
    events.iter().map(|(severity, _)| severity.as_str()).collect()
}

#[apply(both_engines)]
async fn danger_of_a_caller_in_care_reaches_their_clinicians_by_the_stated_reference(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (hanna, dan) = (app.call_handler().await, app.clinician("Dan Firth").await);
    let reference = ada.own_reference().await;
    let before = app.emails_to(&cleo.email).await.len();

    // As it is typed.
    let typed = reference.replace('-', "").to_lowercase();
    let contact = hanna.logs_contact("phone", json!({ "stated_reference": typed })).await.expect(201);
    assert_eq!(contact.json["caller"]["stated_reference"], json!(typed));
    assert_eq!(contact.json["caller"]["reference_readable"], json!(true));
    hanna.triages_contact(&contact.id(), &["immediate_danger"]).await.expect(200);
    app.run_contact_crises().await;

    assert_eq!(app.emails_to(&cleo.email).await.len(), before + 1, "her clinician");
    assert!(app.emails_to(&dan.email).await.is_empty(), "he does not treat her");
    assert_eq!(cleo.alert_events().await, [("immediate".to_owned(), None)]);
    let alert = cleo.open_alerts().await.remove(0);
    let read = cleo.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200);
    assert_eq!((read.text("severity"), read.text("reference")), ("immediate".into(), reference));
    assert!(read.json["events"].to_string().contains(&contact.id()), "the contact is the source");
}

#[apply(both_engines)]
async fn email_address_and_confirmed_mobile_number_raise_the_alert_without_a_word(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    triaged(&hanna, json!({ "email": ada.email.to_uppercase() }), &["needs_today"]).await;
    app.run_contact_crises().await;
    assert_eq!(severities(&cleo.alert_events().await), ["urgent"], "someone must speak to her today");

    // A number counts once she has confirmed it.
    app.clock.advance(TimeDelta::seconds(1));
    triaged(&hanna, json!({ "phone": "07700 900123" }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1);
    ada.chooses_texts_to("+447700900123").await;
    triaged(&hanna, json!({ "phone": "0044 (0)7700 900 123" }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(severities(&cleo.alert_events().await), ["urgent", "immediate"]);
    let ada = ada.signs_in_again().await;
    ada.sets_message_preferences(json!({ "channel": "email", "mobile": "07700 900999" })).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    triaged(&hanna, json!({ "phone": "07700 900123" }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 2, "it is no longer her number");
}

#[apply(both_engines)]
async fn number_confirmed_before_numbers_were_indexed_is_found_after_the_start(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.chooses_texts_to("+447700900123").await;
    app.sql(|conn| {
        Ok(diesel::update(message_preferences::table).set(message_preferences::mobile_index.eq(None::<String>)).execute(conn)?)
    })
    .await;
    let index = confide::people::notifications::queries::index_confirmed_mobiles;
    assert_eq!((app.write(index).await, app.write(index).await), (1, 0));
    triaged(&app.call_handler().await, json!({ "phone": "07700 900123" }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1);
}

/// Everything that a call handler sees of one crisis call.
async fn what_the_handler_sees(handler: &Actor, caller: Value) -> Vec<CheckedReply> {
    let logged = handler.logs_contact("phone", caller).await.expect(201);
    let contact = logged.id();
    let mut seen = vec![logged];
    for needs in [&["wants_information"][..], &["immediate_danger"], &["immediate_danger", "needs_today"]] {
        seen.push(handler.triages_contact(&contact, needs).await.expect(200));
    }
    seen.push(handler.raises_contact_alert(&contact, "urgent", None).await.expect(202));
    handler.app.run_contact_crises().await;
    seen.push(handler.reads_contact(&contact).await.expect(200));
    seen.push(handler.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200));
    seen
}

#[apply(both_engines)]
async fn answers_about_a_known_and_an_unknown_caller_are_equal_byte_by_byte(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let known = ada.own_reference().await;
    let counts = async || {
        [app.row_count("contact_triages").await, app.row_count("contact_tasks").await, app.row_count("contact_crises").await]
    };
    let seen_of = async |caller: Value, hide: &str| {
        let before = counts().await;
        let replies = what_the_handler_sees(&hanna, caller).await;
        let after = counts().await;
        let texts: Vec<String> = replies.iter().map(|reply| without_ids(&reply.body).replace(hide, "…")).collect();
        let tasks = hanna.contact_tasks("limit=100").await.len();
        (texts, std::array::from_fn::<i64, 3, _>(|at| after[at] - before[at]), tasks)
    };
    let (of_stranger, stored, tasks) = seen_of(json!({ "email": STRANGER }), STRANGER).await;
    assert_eq!(stored, [3, 2, 3], "a crisis is stored for everyone");
    assert!(cleo.open_alerts().await.is_empty());
    let (of_ada, stored_of_ada, later) = seen_of(json!({ "email": ada.email }), &ada.email).await;
    assert_eq!(cleo.alert_events().await.len(), 2, "danger, and the alert of the handler");
    assert_eq!((of_ada, stored_of_ada, later), (of_stranger, stored, 2 * tasks));

    let (with_unknown, ..) = seen_of(json!({ "stated_reference": UNKNOWN }), UNKNOWN).await;
    let (with_known, ..) = seen_of(json!({ "stated_reference": known }), &known).await;
    assert_eq!(with_known, with_unknown);
}

#[apply(both_engines)]
async fn triage_of_a_known_caller_takes_the_statements_of_that_of_a_stranger(app: TestApp) {
    let InCare { ada, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let (counted, statements) = app.counting_statements().await;
    let hanna = counted.signed_in(&hanna.name, &hanna.email, PASSWORD).await;
    let mut counts = Vec::new();
    // The first round looks up types.
    for _ in 0..2 {
        counts.clear();
        for email in [ada.email.as_str(), STRANGER] {
            let contact = hanna.logs_contact("phone", json!({ "email": email })).await.expect(201).id();
            let (triage, count) = statements.of(hanna.triages_contact(&contact, &["immediate_danger"])).await;
            triage.expect(200);
            let (raised, raising) = statements.of(hanna.raises_contact_alert(&contact, "immediate", None)).await;
            raised.expect(202);
            counts.push((count, raising));
        }
    }
    assert!(counts[0].0.len() > 3 && counts[0].1.len() > 3, "nothing was counted");
    assert_eq!(counts[0], counts[1], "they take the same time");
}

#[apply(both_engines)]
async fn later_danger_raises_an_alert_and_the_same_contact_raises_none_twice(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let contact = triaged(&hanna, json!({ "email": ada.email }), &["wants_information"]).await;
    app.run_contact_crises().await;
    assert!(cleo.open_alerts().await.is_empty(), "no crisis");
    for (needs, expected) in [
        (&["needs_today"][..], &["urgent"][..]),
        (&["needs_today", "wants_information"], &["urgent"]),
        (&["immediate_danger"], &["urgent", "immediate"]),
        (&["immediate_danger", "needs_today"], &["urgent", "immediate"]),
        (&["needs_today"], &["urgent", "immediate"]),
    ] {
        app.clock.advance(TimeDelta::seconds(1));
        hanna.triages_contact(&contact, needs).await.expect(200);
        app.run_contact_crises().await;
        assert_eq!(severities(&cleo.alert_events().await), expected, "{needs:?}");
    }
    // Hours later the contact is opened again: its alert may be closed by now.
    app.clock.advance(TimeDelta::hours(5));
    let (hanna, cleo) = (hanna.signs_in_again().await, cleo.signs_in_again().await);
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    app.run_contact_crises().await;
    let ids = cleo.open_alerts().await;
    assert_eq!(ids.len(), 2, "another alert");
    // Another call is another crisis.
    app.clock.advance(TimeDelta::seconds(1));
    triaged(&hanna, json!({ "email": ada.email }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 4);
}

#[apply(both_engines)]
async fn call_about_someone_else_raises_no_alert_about_the_caller(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    for need in ["about_someone_else", "worried_colleague_or_family"] {
        triaged(&hanna, json!({ "email": ada.email }), &["immediate_danger", need]).await;
        app.run_contact_crises().await;
        assert!(cleo.open_alerts().await.is_empty(), "{need}");
    }
    let caller = json!({ "stated_reference": ada.own_reference().await });
    triaged(&hanna, caller, &["immediate_danger", "about_someone_else"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1, "a reference that is stated shows who it is about");
}

#[apply(both_engines)]
async fn person_who_registered_by_the_contact_is_recognised(app: TestApp) {
    let cory = app.coordinator().await;
    let hanna = app.call_handler().await;
    let (contact, token) = hanna.invites_nurse().await;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", PASSWORD).await;
    ada.completes_intake().await;
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    app.run_contact_crises().await;
    assert_eq!(severities(&cory.alert_events().await), ["immediate"]);
}

#[apply(both_engines)]
async fn call_handler_raises_an_alert_and_learns_nothing_about_the_reference(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let known = ada.own_reference().await;
    let path = format!("/v1/contacts/{contact}/risk-alerts");
    hanna.post(&path, json!({ "severity": "urgent" })).send().await.expect_field("invalid_body", "/note");

    let of_unknown = hanna.raises_contact_alert(&contact, "immediate", Some(UNKNOWN)).await.expect(202);
    app.run_contact_crises().await;
    assert!(cleo.open_alerts().await.is_empty());
    let of_known = hanna.raises_contact_alert(&contact, "immediate", Some(&known)).await.expect(202);
    assert_eq!(of_known.body, of_unknown.body);
    assert_eq!(of_known.json["crisis_help"][0]["id"], "emergency_999");
    assert_eq!((&of_known.json["reference_readable"], &of_known.json["tasks"][0]["kind"]), (&json!(true), &json!("danger")));
    app.run_contact_crises().await;
    let event = ("immediate".to_owned(), Some("Counted out her pills.".to_owned()));
    assert_eq!(cleo.alert_events().await, [event.clone()]);

    // A typing error is named, because it shows in the text itself.
    let mistyped = hanna.raises_contact_alert(&contact, "immediate", Some("CF-2222-2223")).await.expect(202);
    assert_eq!(mistyped.json["reference_readable"], json!(false));
    assert_eq!(hanna.raises_contact_alert(&contact, "immediate", None).await.expect(202).json["reference_readable"], Value::Null);
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1, "no one is recognised");
    // What a handler raises on purpose counts each time.
    app.clock.advance(TimeDelta::seconds(1));
    hanna.raises_contact_alert(&contact, "same_day", Some(&known)).await.expect(202);
    app.run_contact_crises().await;
    assert_eq!(severities(&cleo.alert_events().await), ["immediate", "same_day"]);
    assert_eq!(
        app.audit_actions_by_name(&contact).await.iter().filter(|action| *action == "contact.risk_alert_raised").count(),
        5
    );
    hanna.get("/v1/risk-alerts").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn alert_of_a_call_handler_reopens_a_closed_contact_and_is_received_once_with_its_key(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({ "stated_reference": ada.own_reference().await })).await.expect(201).id();
    hanna.closes_contact(&contact, "caller_left").await.expect(200);
    let form = json!({ "severity": "urgent", "note": "Rang off in tears." });
    for _ in 0..2 {
        let path = format!("/v1/contacts/{contact}/risk-alerts");
        let received = hanna.post(&path, form.clone()).key("once").send().await.expect(202);
        assert_eq!(received.json["tasks"][0]["kind"], "today");
    }
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1);
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!((read.text("state"), &read.json["needs_today"]), ("open".into(), &json!(true)));
}

#[apply(both_engines)]
async fn danger_notifies_the_clinicians_on_duty_once(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    let dan = app.clinician("Dan Firth").registered("gmc", "7654323").await;
    let to = async |person: &Actor| app.count_emails_about(person, FOR_CLINICIANS).await;
    // An anonymous caller; no one is on duty yet.
    let contact = triaged(&hanna, json!({}), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!((to(&dora).await, to(&dan).await), (0, 0));

    cory.puts_on_duty(&dora).await.expect(201);
    app.run_contact_crises().await;
    assert_eq!((to(&dora).await, to(&dan).await), (1, 0), "who comes on duty while it is open is notified");
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    app.run_contact_crises().await;
    assert_eq!(to(&dora).await, 1, "once for each task");
    for word in ["danger", "contact", "Confide"] {
        assert!(!app.emails_to(&dora.email).await.last().unwrap().body.contains(word), "{word}");
    }

    triaged(&hanna, json!({}), &["needs_today"]).await;
    app.run_contact_crises().await;
    assert_eq!(to(&dora).await, 1, "only danger");
    let other = triaged(&hanna, json!({}), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    hanna.completes_waiting_contact_tasks().await;
    assert_eq!(to(&dora).await, 1, "none is sent about a task that is done");
    hanna.closes_contact(&other, "informed").await.expect(200);
}

#[apply(both_engines)]
async fn clinician_on_duty_who_is_blocked_by_the_caller_is_not_notified(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    let cleo = app.clinician("Cleo Marsh").employed_by("A1A1A").registered("gmc", "7654323").await;
    ada.blocks_name("Dora Clinician").await.expect(201);
    for clinician in [&dora, &cleo] {
        cory.puts_on_duty(clinician).await.expect(201);
    }
    triaged(&hanna, json!({ "stated_reference": ada.own_reference().await }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 0);
    assert_eq!(app.count_emails_about(&cleo, FOR_CLINICIANS).await, 1);
}

#[apply(both_engines)]
async fn many_tasks_that_no_clinician_on_duty_may_know_of_keep_no_other_one_waiting(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    ada.blocks_name("Dora Clinician").await.expect(201);
    cory.puts_on_duty(&dora).await.expect(201);
    let reference = ada.own_reference().await;
    for _ in 0..21 {
        triaged(&hanna, json!({ "stated_reference": reference }), &["immediate_danger"]).await;
    }
    app.run_contact_crises().await;
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 0);
    // Due after all of them.
    app.clock.advance(TimeDelta::seconds(1));
    triaged(&hanna, json!({}), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 1);
}

#[apply(both_engines)]
async fn clinician_on_duty_who_is_blocked_by_the_practitioner_that_an_alert_names_is_not_notified(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    let cleo = app.clinician("Cleo Marsh").employed_by("A1A1A").registered("gmc", "7654323").await;
    ada.blocks_name("Dora Clinician").await.expect(201);
    for clinician in [&dora, &cleo] {
        cory.puts_on_duty(clinician).await.expect(201);
    }
    // The contact itself gives neither her reference nor her address.
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let reference = ada.own_reference().await;
    hanna.raises_contact_alert(&contact, "immediate", Some(&reference)).await.expect(202);
    app.run_contact_crises().await;
    assert_eq!(app.count_emails_about(&dora, FOR_CLINICIANS).await, 0);
    assert_eq!(app.count_emails_about(&cleo, FOR_CLINICIANS).await, 1);
}

#[apply(both_engines)]
async fn contact_with_the_reference_is_hidden_from_staff_who_are_blocked(app: TestApp) {
    let (hanna, other) = (app.call_handler().await, app.staff("Greta Holm", Role::CallHandler).await);
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("Hanna Handler").await.expect(201);
    let reference = ada.own_reference().await;
    let contact = other.logs_contact("phone", json!({ "stated_reference": reference })).await.expect(201).id();
    hanna.reads_contact(&contact).await.expect_problem("not_found");
    hanna.raises_contact_alert(&contact, "urgent", None).await.expect_problem("not_found");
    let own = hanna.logs_contact("phone", json!({ "stated_reference": reference })).await.expect(201).id();
    hanna.reads_contact(&own).await.expect(200);
    other.reads_contact(&contact).await.expect(200);
}

#[apply(both_engines)]
async fn crisis_keeps_nothing_of_a_contact_that_is_erased(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({ "stated_reference": UNKNOWN })).await.expect(201).id();
    hanna.raises_contact_alert(&contact, "urgent", Some(UNKNOWN)).await.expect(202);
    hanna.completes_waiting_contact_tasks().await;
    app.clock.advance(TimeDelta::days(366));
    app.run_contact_jobs().await;
    let (details, handled) = app
        .sql(|conn| {
            let details: Vec<Option<Vec<u8>>> = contact_crises::table.select(contact_crises::details).load(conn)?;
            let handled: i64 = contact_crises::table.filter(contact_crises::handled_at.is_not_null()).count().get_result(conn)?;
            Ok((details, handled))
        })
        .await;
    assert_eq!((details, handled), (vec![None], 1));
    assert_eq!(app.run_contact_crises().await, 0, "it is not looked up any more");
    let read = hanna.signs_in_again().await.reads_contact(&contact).await.expect(200);
    assert_eq!(read.json["caller"]["stated_reference"], Value::Null);
}

#[apply(both_engines)]
async fn crisis_that_cannot_be_read_delays_no_other(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    triaged(&hanna, json!({}), &["immediate_danger"]).await;
    app.sql(|conn| {
        let damaged = Some(crate::support::damage::damaged_bytes());
        Ok(diesel::update(contact_crises::table).set(contact_crises::details.eq(damaged)).execute(conn)?)
    })
    .await;
    triaged(&hanna, json!({ "email": ada.email }), &["immediate_danger"]).await;
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1);
    let waiting: i64 =
        app.sql(|conn| Ok(contact_crises::table.filter(contact_crises::handled_at.is_null()).count().get_result(conn)?)).await;
    assert_eq!(waiting, 1, "it is tried again");
}
