//! What is refused or skipped about someone who is recorded as dead, and what is possible again after a death recorded in error.

use chrono::TimeDelta;
use confide::access::schema::contact_crises;
use confide::care::missed_appointments::ATTENDANCE_HOOKS;
use confide::care::risk::model::{NewRiskEvent, RiskEventKind, RiskEventSource, RiskSeverity};
use confide::care::risk::queries as alerts;
use confide::care::schema::risk_alerts;
use confide::people::accounts::queries as accounts;
use diesel::prelude::*;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, record_path};
use crate::support::{TestApp, apply, both_engines};

impl Actor {
    /// Records the death of a practitioner.
    async fn records_death_of(&self, practitioner: &Self) {
        let form = json!({ "reason": "died", "summary": "Reported by her family." });
        self.post(&record_path(practitioner, "discharge"), form).send().await.expect(201);
    }
}

impl TestApp {
    /// Opens an account although its practitioner is recorded as dead.
    async fn opens_account_of(&self, practitioner: &Actor) {
        let id = practitioner.id;
        self.write(move |tx| accounts::set_active(tx, id, true)).await;
    }

    /// An open alert about someone who is recorded as dead, as a former version could raise it; it is due now.
    async fn alert_of_a_former_version(&self, practitioner: &Actor, raised_by: &Actor) -> String {
        let (id, by) = (practitioner.id, raised_by.id);
        let alert = self
            .write(move |tx| {
                let alert = alerts::insert(tx, id, tx.now)?;
                let (kind, source) = (RiskEventKind::StaffConcern, RiskEventSource::Staff(by));
                let event = NewRiskEvent { kind, severity: RiskSeverity::Immediate, source, questionnaire: None, note: None };
                alerts::events::insert(tx, alert, tx.now, &event)?;
                Ok(alert)
            })
            .await;
        alert.to_string()
    }

    /// How many crises of contacts the background job has not handled.
    async fn waiting_crises(&self) -> i64 {
        self.sql(|conn| Ok(contact_crises::table.filter(contact_crises::handled_at.is_null()).count().get_result(conn)?)).await
    }
}

#[apply(both_engines)]
async fn no_concern_is_raised_about_someone_recorded_as_dead(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    cleo.records_death_of(&ada).await;
    let before = app.emails_to(&cory.email).await.len();

    let refused = cleo.raises_concern(&ada, "urgent").await.expect(409).expect_problem("recorded_as_dead");
    assert!(refused.text("detail").contains("ask an administrator to correct it"), "{}", refused.json);
    cory.takes_a_call_from(&ada).await;
    cory.raises_concern(&ada, "immediate").await.expect(409).expect_problem("recorded_as_dead");

    assert_eq!((app.row_count("risk_alerts").await, app.row_count("risk_alert_events").await), (0, 0));
    assert_eq!(app.refusal_count_of("risk_alert.concern_recorded", ada.id).await, 2);
    assert_eq!(app.emails_to(&cory.email).await.len(), before, "no one is asked to act");

    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    cory.raises_concern(&ada, "immediate").await.expect(201);
    assert_eq!(app.row_count("risk_alerts").await, 1);
}

#[apply(both_engines)]
async fn who_may_not_know_of_the_death_learns_what_to_do_and_not_why(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (dora, cory) = (app.dora().await, app.coordinator().await);
    // Dora knows of her, but has never met her and so does not read her record.
    let missed = app.past_appointment(&ada, &dora).await;
    app.set_appointment_status(missed, "not_attended").await;
    cleo.records_death_of(&ada).await;
    dora.reads(&ada, "discharge").await.expect(404);
    cory.breaks_glass_to(&ada).await.expect(201);

    for stranger in [&dora, &cory] {
        let refused = stranger.raises_concern(&ada, "urgent").await.expect(409).expect_problem("state_conflict");
        let detail = refused.text("detail");
        assert!(detail.contains("Ask an administrator") && detail.contains("999"), "{detail}");
        assert!(!["dead", "death", "died"].iter().any(|word| refused.json.to_string().contains(word)), "{}", refused.json);
    }
    assert_eq!(app.row_count("risk_alerts").await, 0);
}

#[apply(both_engines)]
async fn self_check_of_someone_recorded_as_dead_raises_nothing_and_does_not_fail(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.records_death_of(&ada).await;
    app.opens_account_of(&ada).await;
    let ada = ada.signs_in_again().await;
    let code = app.self_check_code(2).await;

    let claimed = ada.claims_self_check(&code).await.expect(201);

    assert!(!claimed.json["crisis_help"].as_array().unwrap().is_empty(), "help is shown as ever");
    assert_eq!(app.row_count("risk_alerts").await, 0);
}

#[apply(both_engines)]
async fn crisis_call_about_someone_recorded_as_dead_is_handled_and_does_not_count_as_raised(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (hanna, avery) = (app.call_handler().await, app.administrator().await);
    let reference = ada.own_reference().await;
    cleo.records_death_of(&ada).await;
    app.opens_account_of(&ada).await;
    let contact = hanna.logs_contact("phone", json!({ "stated_reference": reference })).await.expect(201).id();
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);

    app.run_contact_crises().await;

    assert_eq!((app.row_count("risk_alerts").await, app.waiting_crises().await), (0, 0), "nothing is tried again");
    // The call showed that the death was recorded in error; the same crisis is raised when it is triaged again.
    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    app.run_contact_crises().await;
    assert_eq!(app.row_count("risk_alerts").await, 1);
}

#[apply(both_engines)]
async fn missed_appointment_of_someone_recorded_as_dead_adds_nothing_to_an_alert(app: TestApp) {
    let InCare { ada, cleo, appointment, .. } = app.in_care().await;
    cleo.records_death_of(&ada).await;
    let id = ada.id;
    // As a former version could raise it.
    app.write(move |tx| alerts::insert(tx, id, tx.now)).await;

    app.write(move |tx| (ATTENDANCE_HOOKS.not_attended)(tx, id, appointment)).await;

    assert_eq!((app.row_count("risk_alerts").await, app.row_count("risk_alert_events").await), (1, 0));
}

#[apply(both_engines)]
async fn alert_that_was_closed_a_moment_after_a_death_in_error_is_raised_again_too(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    let assessed = cleo.raises_concern(&ada, "immediate").await.expect(201).id();
    cleo.closes_alert(&assessed).await.expect(200);
    app.clock.advance(TimeDelta::minutes(5));
    cleo.raises_concern(&ada, "urgent").await.expect(201);
    cleo.records_death_of(&ada).await;
    let (died_at, moment) = (app.now(), app.now() + TimeDelta::milliseconds(3));
    let changed = app
        .sql(move |conn| {
            let closed = risk_alerts::table.filter(risk_alerts::closed_at.eq(Some(died_at)));
            Ok(diesel::update(closed).set(risk_alerts::closed_at.eq(Some(moment))).execute(conn)?)
        })
        .await;
    assert_eq!(changed, 1, "the one that no one has assessed");

    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);

    let open = cory.open_alerts().await;
    assert_eq!(open.len(), 1);
    assert_eq!(cory.reads_alert(&open[0]).await.text("severity"), "urgent");
}

#[apply(both_engines)]
async fn discharge_by_a_death_in_error_shows_how_long_the_record_of_the_living_is_kept(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let avery = app.administrator().await;
    cleo.records_death_of(&ada).await;
    let kept_until = async || cleo.reads(&ada, "discharge").await.expect(200).json["record_kept_until"].clone();
    assert_eq!(kept_until().await, json!("2037-01-11"), "ten years after death");
    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    assert_eq!(kept_until().await, json!("2047-01-11"), "twenty years after care ended");
    assert_eq!(cleo.reads(&ada, "discharge").await.expect(200).json["reason"], json!("died"), "as it was recorded");
}

#[apply(both_engines)]
async fn open_alert_about_someone_recorded_as_dead_is_quiet_and_listed_until_a_clinician_closes_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    cleo.records_death_of(&ada).await;
    let alert = app.alert_of_a_former_version(&ada, &cory).await;

    app.clock.advance(TimeDelta::hours(3));
    let cory = cory.signs_in_again().await;
    // Who comes on duty is notified of open alerts, but not of this one.
    let dora = app.clinician_on_duty(&cory).await;
    let before = (app.emails_to(&cory.email).await.len(), app.emails_to(&dora.email).await.len());
    assert_eq!(app.run_risk_jobs().await, 0, "no step is taken");
    assert_eq!((app.emails_to(&cory.email).await.len(), app.emails_to(&dora.email).await.len()), before);
    let unchanged = app.ids_where("id", "risk_alerts", "escalation_level = 0 AND closed_at IS NULL").await;
    assert_eq!(unchanged, [alert.clone()], "nor is it closed without an assessment");

    assert_eq!(dora.open_alerts().await, [alert.clone()], "it is listed");
    dora.closes_alert(&alert).await.expect(200);
    assert!(dora.open_alerts().await.is_empty());
}

#[apply(both_engines)]
async fn alert_is_escalated_again_when_the_death_was_recorded_in_error(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    cleo.records_death_of(&ada).await;
    app.alert_of_a_former_version(&ada, &cory).await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(app.run_risk_jobs().await, 0);
    let before = app.emails_to(&cory.email).await.len();

    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    app.clock.advance(TimeDelta::minutes(2));

    assert_eq!(app.run_risk_jobs().await, 1);
    assert!(app.emails_to(&cory.email).await.len() > before, "those who can act are notified");
}

#[apply(both_engines)]
async fn coordinator_refers_no_one_recorded_as_dead(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery, hub) = (app.coordinator().await, app.administrator().await, app.harbour_hub().await);
    cleo.records_death_of(&ada).await;
    cory.takes_a_call_from(&ada).await;
    let referral = json!({ "kind": "service_to_hub", "reason": "work_related", "consent": true, "practitioner_id": ada.id,
        "name": ada.name, "phone": "020 7946 0018" });

    cory.creates_referral(&hub, referral.clone()).await.expect(409).expect_problem("recorded_as_dead");

    assert_eq!(app.row_count("hub_referrals").await, 0);
    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    cory.creates_referral(&hub, referral).await.expect(201);
}

#[apply(both_engines)]
async fn clinician_who_still_acts_for_someone_recorded_as_dead_neither_refers_them_nor_asks_them_for_answers(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (dora, hub) = (app.dora().await, app.harbour_hub().await);
    cleo.records_death_of(&ada).await;
    // An instance of the version before booked it at the same moment.
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;

    let form = json!({ "hub_id": hub, "reason": "work_related", "consent": true, "name": ada.name, "phone": "020 7946 0018" });
    dora.post(&record_path(&ada, "referrals"), form).send().await.expect(409).expect_problem("recorded_as_dead");
    let form = json!({ "purpose": "end" });
    dora.post(&record_path(&ada, "assessments"), form).send().await.expect(409).expect_problem("recorded_as_dead");

    assert_eq!((app.row_count("hub_referrals").await, app.row_count("assessments").await), (0, 1), "only the intake");
}
