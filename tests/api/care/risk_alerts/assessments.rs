//! A clinician's structured risk assessment closes an alert, and is part of the clinical record.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::groups::with_changes;
use crate::support::practitioners::phq9_at_risk;
use crate::support::races::at_once;
use crate::support::risk::risk_assessment;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn clinician_closes_an_alert_with_a_complete_assessment(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    let assessment = with_changes(
        risk_assessment(),
        json!({
            "risk_to_self": { "level": "high", "details": "A plan for tonight." },
            "risk_from_others": { "level": "moderate", "details": "Threats at home." },
            "access_to_means": ["other", "medicines_at_work", "medicines_at_work"],
            "assessed_how": "in_person", "next_review_on": "2027-01-12", "safety_plan_reviewed": true
        }),
    );

    let closed = cleo.closes_alert_with(&alert, assessment).await.expect(200);

    assert_eq!((closed.text("state"), closed.text("closed_by")), ("closed".into(), cleo.id.to_string()));
    assert_eq!((&closed.json["closed_at"], &closed.json["closing_note"]), (&json!(app.now()), &Value::Null));
    assert_eq!(closed.json["overdue"], false);
    let id = closed.text("risk_assessment_id");
    let read = cleo.get(&format!("/v1/risk-assessments/{id}")).send().await.expect(200);
    assert_eq!((read.text("alert_id"), read.text("practitioner_id")), (alert.clone(), ada.id.to_string()));
    assert_eq!((read.text("clinician_id"), &read.json["recorded_at"]), (cleo.id.to_string(), &json!(app.now())));
    assert_eq!(read.json["risk_to_self"], json!({ "level": "high", "details": "A plan for tonight." }));
    assert_eq!(read.json["risk_to_others"], json!({ "level": "none", "details": null }));
    assert_eq!(read.json["access_to_means"], json!(["medicines_at_work", "other"]), "each once");
    assert_eq!((read.text("assessed_how"), read.text("next_review_on")), ("in_person".into(), "2027-01-12".into()));
    assert_eq!(
        (read.text("plan"), &read.json["safety_plan_reviewed"]),
        ("Speaks to us again tomorrow at nine.".into(), &json!(true))
    );
    let listed = cleo.get(&record_path(&ada, "risk-assessments")).send().await.expect(200);
    assert_eq!(listed.items().as_slice(), [read.json.clone()]);
    cleo.closes_alert(&alert).await.expect_problem("state_conflict");
    for (action, subject) in [("risk_alert.closed", &alert), ("risk_assessment.recorded", &id), ("risk_assessment.read", &id)] {
        assert_eq!(app.audit_count_of(action, subject.parse().unwrap()).await, 1, "{action}");
    }
    assert_eq!(app.audit_count_of("risk_assessments.read", ada.id).await, 1);
    assert!(cleo.get("/v1/risk-alerts?state=open").send().await.expect(200).items().is_empty());
    assert_eq!(cleo.get("/v1/risk-alerts?state=closed").send().await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn event_that_the_clinician_has_not_read_keeps_the_alert_open(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    let read = cleo.reads_alert(&alert).await.json["events"].as_array().unwrap().len();
    assert_eq!(cleo.raises_concern(&ada, "immediate").await.expect(201).id(), alert, "a second event of it");
    let before = cleo.reads_alert(&alert).await.json;

    let refused = cleo.closes_alert_having_read(&alert, read, risk_assessment()).await.expect(409);

    let refused = refused.expect_problem("state_conflict");
    assert_eq!(refused.text("detail"), "Something new was added to this alert. Read it again before you close it.");
    assert_eq!(cleo.reads_alert(&alert).await.json, before, "nothing has changed");
    assert_eq!((cleo.open_alerts().await, app.row_count("risk_assessments").await), (vec![alert.clone()], 0));
    for action in ["risk_alert.closed", "risk_assessment.recorded"] {
        assert_eq!(app.audit_count_of(action, alert.parse().unwrap()).await, 0, "{action}");
    }
    let closed = cleo.closes_alert_having_read(&alert, 2, risk_assessment()).await.expect(200);
    assert_eq!((closed.text("state"), closed.json["events"].as_array().unwrap().len()), ("closed".into(), 2));
}

#[apply(both_engines)]
async fn alert_is_closed_only_with_the_number_of_events_that_were_read(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    let close = async |form: Value| cleo.post(&format!("/v1/risk-alerts/{alert}/close"), form).send().await;
    close(risk_assessment()).await.expect(422).expect_field("invalid_body", "/events_seen");
    for wrong in [json!(0), json!(-1), json!(2), json!(1000), json!(1001), json!("1"), json!(1.5), Value::Null] {
        let refused = close(with_changes(risk_assessment(), json!({ "events_seen": wrong }))).await;
        assert_eq!(refused.status, 422, "{wrong}");
        refused.expect_field("invalid_body", "/events_seen");
    }
    let unknown = with_changes(risk_assessment(), json!({ "events_seen": 1 }));
    cleo.records_risk_assessment(&ada, unknown.clone()).await.expect(422).expect_field("invalid_body", "/events_seen");
    assert_eq!(app.row_count("risk_assessments").await, 0);
    close(unknown).await.expect(200);
}

#[apply(both_engines)]
async fn event_and_end_at_the_same_time_leave_no_event_unread(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    let (ada, alert) = (&ada, &alert);
    let replies = at_once(6, |number| {
        let cleo = cleo.clone();
        async move {
            if number % 2 == 0 {
                cleo.raises_concern(ada, "urgent").await
            } else {
                cleo.closes_alert_having_read(alert, 1, risk_assessment()).await
            }
        }
    })
    .await;
    let closed = replies.iter().any(|reply| reply.status == 200);
    let after = cleo.reads_alert(alert).await;
    let events = after.json["events"].as_array().unwrap().len();
    assert_eq!(after.text("state"), if closed { "closed" } else { "open" });
    // What came later is another alert.
    assert_eq!(events, if closed { 1 } else { 4 }, "{}", after.json);
    let rows = app.row_count("risk_alert_events").await;
    assert_eq!(rows, 4, "no event is lost");
    assert_eq!(cleo.open_alerts().await.len(), 1);
}

#[apply(both_engines)]
async fn incomplete_assessment_is_refused_with_each_member_that_is_missing(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    for member in [
        "risk_to_self",
        "risk_to_others",
        "risk_to_people_in_their_care",
        "risk_from_others",
        "protective_factors",
        "access_to_means",
        "assessed_how",
        "plan",
    ] {
        let mut form = risk_assessment();
        form.as_object_mut().unwrap().remove(member);
        cleo.closes_alert_with(&alert, form).await.expect_field("invalid_body", &format!("/{member}"));
    }
    for (change, pointer) in [
        (json!({ "risk_to_self": { "level": "low" } }), "/risk_to_self/details"),
        (json!({ "risk_to_others": { "level": "low", "details": " " } }), "/risk_to_others/details"),
        (json!({ "risk_to_people_in_their_care": { "level": "moderate", "details": "Tired." } }), "/next_review_on"),
        (json!({ "risk_to_self": { "level": "high", "details": "A plan." } }), "/next_review_on"),
        (json!({ "risk_to_self": { "level": "very_high", "details": "A plan." } }), "/risk_to_self/level"),
        (json!({ "next_review_on": "2027-01-10" }), "/next_review_on"),
        (json!({ "next_review_on": "2027-05-01" }), "/next_review_on"),
        (json!({ "access_to_means": [] }), "/access_to_means"),
        (json!({ "access_to_means": ["none_known", "sharps"] }), "/access_to_means"),
        (json!({ "means_details": null }), "/means_details"),
        (json!({ "assessed_how": "not_reached" }), "/assessed_how_details"),
        (json!({ "assessed_how": "not_reached", "assessed_how_details": "Her partner is with her." }), "/next_review_on"),
        (json!({ "assessed_how": "other" }), "/assessed_how_details"),
        (json!({ "plan": "" }), "/plan"),
        (json!({ "plan": "Seen." }), "/plan"),
        (json!({ "plan": "            " }), "/plan"),
    ] {
        let form = with_changes(risk_assessment(), change.clone());
        let refused = cleo.closes_alert_with(&alert, form).await;
        assert_eq!(refused.status, 422, "{change}");
        refused.expect_field("invalid_body", pointer);
    }
    assert_eq!((cleo.open_alerts().await, app.row_count("risk_assessments").await), (vec![alert.clone()], 0));
    let none_known = json!({ "access_to_means": ["none_known"], "means_details": null, "assessed_how": "not_reached",
        "assessed_how_details": "The police found them safe and took them to the emergency department.",
        "next_review_on": "2027-01-12" });
    cleo.closes_alert_with(&alert, with_changes(risk_assessment(), none_known)).await.expect(200);
}

#[apply(both_engines)]
async fn clinician_on_duty_closes_an_alert_without_reading_the_record(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, dora) = (app.practitioner("Ada Byron").await, app.clinician_on_duty(&cory).await);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let alert = dora.open_alerts().await.remove(0);
    let list = record_path(&ada, "risk-assessments");
    dora.get(&list).send().await.expect_problem("not_found");
    dora.records_risk_assessment(&ada, risk_assessment()).await.expect_problem("not_found");

    let closed = dora.closes_alert(&alert).await.expect(200);

    let path = format!("/v1/risk-assessments/{}", closed.text("risk_assessment_id"));
    dora.get(&path).send().await.expect_problem("not_found");
    dora.get(&list).send().await.expect_problem("not_found");
    cory.get(&path).send().await.expect_problem("wrong_role");
    assert_eq!(cory.reads_alert(&alert).await.text("risk_assessment_id"), closed.text("risk_assessment_id"));
    // It is in the record of the clinician who sees her next.
    let cleo = app.clinician("Cleo Clinician").employed_by("A1A1A").await;
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    assert_eq!(cleo.get(&path).send().await.expect(200).text("clinician_id"), dora.id.to_string());
}

#[apply(both_engines)]
async fn one_of_two_clinicians_closes_an_alert(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, dora) = (app.practitioner("Ada Byron").await, app.clinician_on_duty(&cory).await);
    let alert = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    let replies = at_once(4, |_| dora.closes_alert(&alert)).await;
    // Once it is closed, who was on duty for it does not know of it any more.
    let closed = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!((closed, app.row_count("risk_assessments").await), (1, 1));
    assert!(replies.iter().all(|reply| [200, 404, 409].contains(&reply.status.as_u16())));
}

#[apply(both_engines)]
async fn clinician_who_treats_a_practitioner_records_an_assessment_without_an_alert(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let dora = app.dora().await;
    dora.records_risk_assessment(&ada, risk_assessment()).await.expect_problem("not_found");
    let moderate =
        with_changes(risk_assessment(), json!({ "risk_to_self": { "level": "moderate", "details": "Worse at night." } }));
    cleo.records_risk_assessment(&ada, moderate).await.expect_field("invalid_body", "/next_review_on");
    assert_eq!(app.row_count("risk_assessments").await, 0);

    let mut ids = Vec::new();
    for _ in 0..3 {
        let recorded = cleo.records_risk_assessment(&ada, risk_assessment()).await.expect(201);
        assert_eq!(recorded.header("location").unwrap(), format!("/v1/risk-assessments/{}", recorded.id()));
        assert_eq!(recorded.json["alert_id"], Value::Null);
        ids.insert(0, recorded.id());
    }
    let path = record_path(&ada, "risk-assessments");
    let first = cleo.get(&format!("{path}?limit=2")).send().await.expect(200);
    let second = cleo.get(&format!("{path}?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    let shown: Vec<_> = first.items().iter().chain(second.items()).map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(shown, ids, "the newest first");
    dora.get(&path).send().await.expect_problem("not_found");
    ada.get(&path).send().await.expect_problem("wrong_role");

    cleo.discharges(&ada).await.expect(201);
    cleo.records_risk_assessment(&ada, risk_assessment()).await.expect_problem("care_ended");
    assert_eq!(cleo.get(&path).send().await.expect(200).items().len(), 3, "it can still be read");
    app.clock.advance(TimeDelta::days(31));
    let cleo = cleo.signs_in_again().await;
    cleo.get(&path).send().await.expect_problem("not_found");
    cleo.get(&format!("/v1/risk-assessments/{}", ids[0])).send().await.expect_problem("not_found");
}
