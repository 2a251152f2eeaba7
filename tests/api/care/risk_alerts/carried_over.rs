//! Alerts of the version before: each gets one event, and what was acknowledged is closed with its note.

use confide::platform::db::Conn;
use confide::platform::ids::Id;
use confide::platform::seal::Place;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::practitioners::phq9;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn alerts_of_the_version_before_are_carried_over_with_one_event_each(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let assessment = ada.completes_intake_with(phq9()).await.rsplit_once('/').unwrap().1.to_owned();
    // An alert without an answer, which the version before cannot have.
    let concern = cory.raises_concern(&ada, "immediate").await.expect(201).id();
    let script = |migration: &str, end: &str| {
        let file = format!("migrations/{}/2026-12-{migration}/{end}.sql", app.engine.name().to_lowercase());
        std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"))
    };
    // The second one refers to what the first one makes, and the third one renames a column of it.
    let (alerts, reviews, names) = ("05-000001_risk_alerts", "05-000008_risk_reviews", "06-000006_glossary_names");
    let down = [names, reviews, alerts].map(|migration| script(migration, "down")).concat();
    let up = [alerts, reviews, names].map(|migration| script(migration, "up")).concat();
    let (open, acknowledged) = (Id::new(app.now()), Id::new(app.now()));
    let note = app.platform.sealer.seal_text(Place("risk_alerts.note", acknowledged), "Called, safe tonight.").unwrap();
    let note: String = note.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let note = match &conn {
        Conn::Sqlite(_) => format!("X'{note}'"),
        Conn::Postgres(_) => format!("'\\x{note}'::bytea"),
    };
    conn.batch_execute(&format!("BEGIN; {down} COMMIT;")).unwrap();
    conn.batch_execute(&format!(
        "INSERT INTO risk_alerts (id, practitioner_id, assessment_id, questionnaire, raised_at) \
         VALUES ('{open}', '{ada}', '{assessment}', 'phq-9', '2027-01-11T08:00:00.000000Z'); \
         INSERT INTO risk_alerts (id, practitioner_id, assessment_id, questionnaire, raised_at, acknowledged_at, acknowledged_by, note) \
         VALUES ('{acknowledged}', '{ada}', '{assessment}', 'phq-9', '2027-01-10T08:00:00.000000Z', '2027-01-10T09:00:00.000000Z', \
         '{cory}', {note})",
        ada = ada.id,
        cory = cory.id,
    ))
    .unwrap();
    conn.batch_execute(&format!("BEGIN; {up} COMMIT;")).unwrap();
    drop(conn);
    confide::server::load_reference_data(&app.platform).await.unwrap();
    assert_eq!(app.row_count("unsealed_values").await, 0);

    assert_eq!(cory.open_alerts().await, [open.to_string()]);
    cory.get(&format!("/v1/risk-alerts/{concern}")).send().await.expect_problem("not_found");
    let still_open = cory.reads_alert(&open.to_string()).await;
    assert_eq!((still_open.text("severity"), still_open.text("due_at")), ("urgent".into(), "2027-01-11T12:00:00Z".into()));
    let closed = cory.reads_alert(&acknowledged.to_string()).await;
    assert_eq!((closed.text("state"), closed.text("closing_note")), ("closed".into(), "Called, safe tonight.".into()));
    assert_eq!((closed.text("closed_at"), closed.text("closed_by")), ("2027-01-10T09:00:00Z".into(), cory.id.to_string()));
    assert_eq!(closed.json["risk_assessment_id"], Value::Null);
    for alert in [&still_open, &closed] {
        let events = alert.json["events"].as_array().unwrap();
        let event = &events[0];
        assert_eq!((events.len(), &event["at"], &event["kind"]), (1, &alert.json["raised_at"], &json!("risk_answer")));
        assert_eq!((&event["assessment_id"], &event["questionnaire"]), (&json!(assessment), &json!("phq-9")));
        assert_eq!((&event["severity"], &event["self_check_id"]), (&json!("urgent"), &Value::Null));
    }
    app.advance_clock_to("2027-01-11T12:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1, "the one that is open is escalated");
}
