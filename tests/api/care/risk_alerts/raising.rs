//! What raises an alert, when it is due, and which events belong together.

use chrono::TimeDelta;
use confide::care::risk::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use serde_json::{Value, json};

use crate::support::clinical_record::record_path;
use crate::support::practitioners::{answers, gad7, phq9, phq9_at_risk};
use crate::support::risk::risk_assessment;
use crate::support::{TestApp, apply, both_engines};

/// PHQ-9 answers with this total, 20 at least, and nothing at item 9.
fn severe_phq9(total: i32) -> Value {
    let mut values = [3, 3, 3, 3, 2, 2, 2, 2, 0];
    values[7] += total - 20;
    answers("phq9", &values)
}

#[apply(both_engines)]
async fn answer_that_shows_risk_returns_crisis_help_and_raises_an_alert_at_once(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let answered = ada.answers(&assessment, "phq-9", phq9_at_risk(1)).await.expect(200);
    assert_eq!(answered.json["crisis_help"][0]["contact"], "999");
    assert!(answered.json["crisis_help"].as_array().unwrap().iter().any(|help| help["id"] == "samaritans"));

    let alerts = cory.get("/v1/risk-alerts?state=open").send().await.expect(200);
    assert_eq!(alerts.items().len(), 1, "on a draft too");
    let alert = &alerts.items()[0];
    assert_eq!(alert["reference"], ada.own_registration().await.json["reference"]);
    assert_eq!((&alert["state"], &alert["severity"], &alert["overdue"]), (&json!("open"), &json!("same_day"), &json!(false)));
    assert_eq!((&alert["escalation_level"], &alert["closed_at"]), (&json!(0), &Value::Null));
    let event = &alert["events"][0];
    assert_eq!((&event["kind"], &event["questionnaire"]), (&json!("risk_answer"), &json!("phq-9")));
    assert_eq!(event["assessment_id"], assessment.rsplit_once('/').unwrap().1);
    assert!(!alert.to_string().contains("phq9_9") && !alert.to_string().contains("Byron"));

    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let submitted = ada.post_empty(&format!("{assessment}/submit")).send().await.expect(200);
    assert_eq!(submitted.json["crisis_help"][0]["contact"], "999");
}

#[apply(both_engines)]
async fn alerts_are_due_by_their_severity_and_the_clock_in_london(app: TestApp) {
    // Item 9 at 1 is looked at the same day, from 2 within four hours. The clock moves forward only.
    for (number, (raised_at, ninth, severity, due_at)) in [
        ("2027-01-11T09:00:00Z", 1, "same_day", "2027-01-11T17:00:00Z"),
        ("2027-01-11T15:00:00Z", 1, "same_day", "2027-01-11T17:00:00Z"),
        ("2027-01-11T15:01:00Z", 1, "same_day", "2027-01-11T23:01:00Z"),
        ("2027-01-12T03:00:00Z", 2, "urgent", "2027-01-12T07:00:00Z"),
        ("2027-01-12T03:30:00Z", 3, "urgent", "2027-01-12T07:30:00Z"),
        // A Saturday, Good Friday, and a summer's day.
        ("2027-01-16T10:00:00Z", 1, "same_day", "2027-01-16T18:00:00Z"),
        ("2027-03-26T10:00:00Z", 1, "same_day", "2027-03-26T18:00:00Z"),
        ("2027-07-12T10:00:00Z", 1, "same_day", "2027-07-12T16:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        app.advance_clock_to(raised_at);
        let cory = app.staff(&format!("Cory Wells{number}"), confide::people::Role::Coordinator).await;
        let ada = app.practitioner(&format!("Ada Byron{number}")).await;
        ada.completes_intake_with(phq9_at_risk(ninth)).await;
        let alert = cory.newest_alert().await;
        assert_eq!(
            (&alert["severity"], &alert["due_at"], &alert["practitioner_id"]),
            (&json!(severity), &json!(due_at), &json!(ada.id)),
            "{raised_at}"
        );
        let urgent = cory.raises_concern(&ada, "immediate").await.expect(201);
        let due: chrono::DateTime<chrono::Utc> = urgent.text("due_at").parse().unwrap();
        assert_eq!((urgent.text("severity"), due), ("immediate".into(), app.now().get() + TimeDelta::minutes(15)), "{raised_at}");
    }
}

#[apply(both_engines)]
async fn same_answer_again_does_not_alert_twice(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let open = async || cory.get("/v1/risk-alerts?state=open").send().await.expect(200).items().clone();
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    assert!(open().await.is_empty());
    for (ninth, events) in [(1, 1), (1, 1), (2, 2), (0, 2), (2, 3)] {
        ada.answers(&assessment, "phq-9", phq9_at_risk(ninth)).await.expect(200);
        let alerts = open().await;
        assert_eq!((alerts.len(), alerts[0]["events"].as_array().unwrap().len()), (1, events), "after {ninth}");
    }
}

#[apply(both_engines)]
async fn events_within_an_hour_are_one_alert_and_later_ones_are_another(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(1)).await.expect(200);
    let first = cory.newest_alert().await;
    assert_eq!(first["due_at"], "2027-01-11T17:00:00Z");
    assert_eq!(app.emails_to(&cory.email).await.len(), 1);

    // A more severe answer makes it due sooner, and is notified again; one that is not is not.
    app.clock.advance(TimeDelta::minutes(59));
    let (ada, cory) = (ada.signs_in_again().await, cory.signs_in_again().await);
    ada.answers(&assessment, "phq-9", phq9_at_risk(3)).await.expect(200);
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let more = cory.newest_alert().await;
    let severities: Vec<_> = more["events"].as_array().unwrap().iter().map(|event| event["severity"].clone()).collect();
    assert_eq!((&more["id"], severities), (&first["id"], vec![json!("same_day"), json!("urgent"), json!("urgent")]));
    assert_eq!((&more["severity"], &more["due_at"]), (&json!("urgent"), &json!("2027-01-11T13:59:00Z")));
    assert_eq!(app.emails_to(&cory.email).await.len(), 2);
    let alert = first["id"].as_str().unwrap();
    let trail: Vec<String> = app.audit_actions_with_roles(alert).await.into_iter().map(|(_, action)| action).collect();
    assert_eq!(trail, ["risk_alert.raised", "risk_alert.event_added", "risk_alert.event_added"]);

    // An hour after the last event there is another alert, and both are open.
    app.clock.advance(TimeDelta::hours(1));
    let (ada, cory) = (ada.signs_in_again().await, cory.signs_in_again().await);
    ada.answers(&assessment, "phq-9", phq9_at_risk(3)).await.expect(200);
    let open = cory.open_alerts().await;
    assert_eq!((open.len(), open.contains(&alert.to_owned())), (2, true));
    assert_eq!(app.emails_to(&cory.email).await.len(), 3);
}

#[apply(both_engines)]
async fn alert_has_no_more_events_than_a_clinician_can_read(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let (practitioner, by) = (ada.id, cory.id);
    app.write(move |tx| {
        for _ in 0..101 {
            let event = NewRiskEvent {
                kind: RiskEventKind::StaffConcern,
                severity: RiskSeverity::Urgent,
                source: RiskEventSource::Staff(by),
                questionnaire: None,
                note: None,
            };
            confide::care::risk::raise(tx, practitioner, event)?;
        }
        Ok(())
    })
    .await;
    let open = cory.get("/v1/risk-alerts?state=open").send().await.expect(200);
    let events: Vec<_> = open.items().iter().map(|alert| alert["events"].as_array().unwrap().len()).collect();
    assert_eq!(events, [1, 100], "the newest first");
    let dora = app.clinician_on_duty(&cory).await;
    let full = open.items()[1]["id"].as_str().unwrap();
    dora.closes_alert_having_read(full, 99, risk_assessment()).await.expect_problem("state_conflict");
    dora.closes_alert_having_read(full, 100, risk_assessment()).await.expect(200);
}

#[apply(both_engines)]
async fn event_after_the_alert_was_closed_raises_another_one(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9_at_risk(2)).await.expect(200);
    let first = cory.open_alerts().await.remove(0);
    app.clinician_on_duty(&cory).await.closes_alert(&first).await.expect(200);
    ada.answers(&assessment, "phq-9", phq9_at_risk(3)).await.expect(200);
    let open = cory.open_alerts().await;
    assert_eq!((open.len(), open.contains(&first)), (1, false));
}

#[apply(both_engines)]
async fn severe_total_without_a_risk_answer_asks_for_a_look_today(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let nineteen = ada.answers(&assessment, "phq-9", answers("phq9", &[3, 3, 3, 3, 2, 2, 2, 1, 0])).await.expect(200);
    assert_eq!(nineteen.json["crisis_help"], json!([]));
    assert!(cory.open_alerts().await.is_empty());
    for total in [20, 21] {
        let severe = ada.answers(&assessment, "phq-9", severe_phq9(total)).await.expect(200);
        assert_eq!(severe.json["crisis_help"][0]["contact"], "999", "{total}");
        let alerts = cory.get("/v1/risk-alerts?state=open").send().await.expect(200);
        let alert = &alerts.items()[0];
        assert_eq!((&alert["severity"], alert["events"].as_array().unwrap().len()), (&json!("same_day"), 1), "{total}");
        assert_eq!(alert["events"][0]["kind"], "severe_total", "{total}");
    }
    assert_eq!(ada.get(&assessment).send().await.expect(200).json["crisis_help"][0]["contact"], "999");
}

#[apply(both_engines)]
async fn score_that_a_clinician_enters_raises_an_alert(app: TestApp) {
    let cory = app.coordinator().await;
    let scene = app.in_care().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let enter = async |total: u16, risk: bool| {
        let form = json!({ "questionnaire": "core-10", "total": total, "risk": risk });
        cleo.post(&record_path(&ada, "scores"), form).send().await.expect(201);
        cory.get("/v1/risk-alerts?state=open").send().await.expect(200).items().clone()
    };
    assert!(enter(24, false).await.is_empty());
    let severe = enter(25, false).await;
    assert_eq!((&severe[0]["severity"], &severe[0]["events"][0]["kind"]), (&json!("same_day"), &json!("severe_total")));
    let risk = enter(3, true).await;
    assert_eq!((risk.len(), &risk[0]["severity"]), (1, &json!("urgent")));
    let event = &risk[0]["events"][1];
    assert_eq!((&event["kind"], &event["questionnaire"]), (&json!("risk_answer"), &json!("core-10")));
    assert!(event["score_id"].is_string() && event["assessment_id"].is_null(), "{event}");
}

#[apply(both_engines)]
async fn staff_who_may_know_of_a_practitioner_raise_a_concern(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.clinician("Cleo Clinician").employed_by("A1A1A").await);
    let ada = app.practitioner("Ada Byron").await;
    let path = record_path(&ada, "risk-alerts");
    cleo.raises_concern(&ada, "urgent").await.expect_problem("not_found");
    cory.post(&path, json!({ "severity": "urgent" })).send().await.expect_field("invalid_body", "/note");
    cory.post(&path, json!({ "severity": "urgent", "note": "Worried." })).send().await.expect_field("invalid_body", "/note");
    cory.post(&path, json!({ "note": "Worried about her." })).send().await.expect_field("invalid_body", "/severity");
    assert_eq!(app.row_count("risk_alerts").await, 0);

    let raised = cory.raises_concern(&ada, "same_day").await.expect(201);
    assert_eq!(raised.header("location").unwrap(), format!("/v1/risk-alerts/{}", raised.id()));
    let event = &raised.json["events"][0];
    assert_eq!((&event["kind"], &event["raised_by"]), (&json!("staff_concern"), &json!(cory.id)));
    assert_eq!(event["note"], "Wrote that there was no point any more.");
    assert_eq!(cory.newest_alert().await["events"][0]["note"], Value::Null, "not in lists");
    assert_eq!(app.audit_count_of("risk_alert.concern_recorded", raised.id().parse().unwrap()).await, 1);

    // A clinician who treats her adds to it.
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    let more = cleo.raises_concern(&ada, "urgent").await.expect(201);
    assert_eq!((more.id(), more.text("severity")), (raised.id(), "urgent".into()));
    ada.blocks_name(&cory.name).await.expect(201);
    cory.raises_concern(&ada, "urgent").await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn words_of_alerts_are_sealed(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let alert = cory.raises_concern(&ada, "immediate").await.expect(201).id();
    cory.records_contact_attempt(&alert, true).await.expect(201);
    let stored = app
        .sql(|conn| {
            use confide::care::schema::{risk_alert_events, risk_contact_attempts};
            use diesel::prelude::*;
            let events: Vec<Vec<u8>> = risk_alert_events::table.select(risk_alert_events::details).load(conn)?;
            let attempts: Vec<Vec<u8>> = risk_contact_attempts::table.select(risk_contact_attempts::details).load(conn)?;
            Ok([events, attempts].concat())
        })
        .await;
    assert_eq!(stored.len(), 2);
    for bytes in stored {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!["immediate", "phone", "point", "Safe"].iter().any(|word| text.contains(word)), "{text}");
    }
}
