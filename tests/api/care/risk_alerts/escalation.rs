//! Alerts that no one acts on are escalated, again and again, until a clinician has assessed the risk.

use chrono::TimeDelta;
use confide::care::risk::jobs::escalate_due;
use confide::care::schema::{risk_alert_events, risk_alerts};
use confide::people::Role;
use confide::platform::db::Conn;
use confide::platform::ids::Id;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::damage::damaged_bytes;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

const RAISED: &str = "Please look at the app now";
const OVERDUE: &str = "Something is overdue: please look at the app now";
const UNATTENDED: &str = "Someone is needed on duty now";

impl TestApp {
    /// How many emails each of these people got.
    async fn email_counts(&self, people: &[&Actor]) -> Vec<usize> {
        let mut counts = Vec::new();
        for person in people {
            counts.push(self.emails_to(&person.email).await.len());
        }
        counts
    }
}

#[apply(both_engines)]
async fn overdue_alert_is_escalated_in_steps_until_it_is_closed(app: TestApp) {
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let eve = app.clinician("Eve Clinician").employed_by("A1A1A").await;
    let ada = app.practitioner("Ada Byron").await;
    app.appointment(&ada, &eve, app.now().get() + TimeDelta::days(1)).await;
    // From now for eight hours, so until 17:00.
    let dora = app.clinician_on_duty(&cory).await;
    let of_pia = app.emails_to(&pia.email).await.len();
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let people = [&cory, &eve, &dora];
    assert_eq!(app.email_counts(&people).await, [1, 1, 1], "she who treats her, and those on duty");

    // Due at 13:00.
    app.advance_clock_to("2027-01-11T12:59:59Z");
    assert_eq!(app.run_risk_jobs().await, 0);
    app.advance_clock_to("2027-01-11T13:00:00Z");
    assert_eq!((app.run_risk_jobs().await, app.run_risk_jobs().await), (1, 0), "each step is taken once");
    assert_eq!(app.email_counts(&people).await, [2, 2, 2], "everyone who can see it, and those on duty");
    assert_eq!(app.email_subjects_to(&cory.email).await, [RAISED, OVERDUE]);
    let cory = cory.signs_in_again().await;
    let alert = cory.newest_alert().await;
    let id = alert["id"].as_str().unwrap().to_owned();
    assert_eq!((&alert["escalation_level"], &alert["escalated_at"]), (&json!(1), &json!("2027-01-11T13:00:00Z")));
    assert_eq!((&alert["due_at"], &alert["overdue"]), (&json!("2027-01-11T13:00:00Z"), &json!(false)), "due this second");

    // The second step an hour later. Someone is on duty, so the privacy officer is not asked.
    app.advance_clock_to("2027-01-11T13:59:00Z");
    assert_eq!(app.run_risk_jobs().await, 0);
    app.advance_clock_to("2027-01-11T14:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(app.email_counts(&people).await, [3, 3, 3]);
    assert_eq!(app.emails_to(&pia.email).await.len(), of_pia);
    let cory = cory.signs_in_again().await;
    let second = cory.reads_alert(&id).await;
    assert_eq!((&second.json["escalation_level"], &second.json["overdue"]), (&json!(2), &json!(true)));

    // It is repeated. No one is on duty any more, so the privacy officer is asked to put someone on duty.
    app.advance_clock_to("2027-01-11T17:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(app.email_counts(&people).await, [4, 4, 3]);
    let asked = app.emails_to(&pia.email).await;
    assert_eq!((asked.len(), asked.last().unwrap().subject.as_str()), (of_pia + 1, UNATTENDED));
    assert!(asked.last().unwrap().body.contains("ask a coordinator or an administrator"), "{}", asked.last().unwrap().body);
    let actions: Vec<String> = app.audit_actions_with_roles(&id).await.into_iter().map(|(_, action)| action).collect();
    assert_eq!(
        actions.iter().filter(|action| *action == "risk_alert.escalated").count(),
        2,
        "a repeat is no new step: {actions:?}"
    );

    // The assessment ends it.
    eve.signs_in_again().await.closes_alert(&id).await.expect(200);
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(app.run_risk_jobs().await, 0);
    assert_eq!(app.email_counts(&people).await, [4, 4, 3]);
}

#[apply(both_engines)]
async fn messages_about_overdue_alerts_name_no_one_and_no_risk(app: TestApp) {
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").registers_and_signs_in().await;
    cory.raises_concern(&ada, "immediate").await.expect(201);
    app.clock.advance(TimeDelta::minutes(16));
    assert_eq!(app.run_risk_jobs().await, 1);
    for reader in [&cory, &pia] {
        let email = app.expect_emails_to(&reader.email).await.pop().unwrap();
        assert!([OVERDUE, UNATTENDED].contains(&email.subject.as_str()), "{}", email.subject);
        let text = format!("{} {}", email.subject, email.body).replace("/alerts", "");
        for word in ["Ada", "Byron", "Heron", "Confide", "risk", "alert", "assess", "health", "practitioner", "clinician"] {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
}

#[apply(both_engines)]
async fn those_who_see_to_the_rota_are_asked_at_once_when_no_clinician_can_act_now(app: TestApp) {
    let (cory, admin) = (app.coordinator().await, app.administrator().await);
    let (ada, bea, cay) =
        (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await, app.practitioner("Cay Byron").await);
    cory.raises_concern(&bea, "same_day").await.expect(201);
    assert!(app.emails_to(&admin.email).await.is_empty(), "today is soon enough");
    for (asked, (person, severity)) in (1..).zip([(&ada, "immediate"), (&cay, "urgent")]) {
        cory.raises_concern(person, severity).await.expect(201);
        let emails = app.emails_to(&admin.email).await;
        assert_eq!((emails.len(), emails[0].subject.as_str()), (asked, UNATTENDED), "there is no privacy officer");
        assert!(emails[0].body.contains("/duty-periods"), "{}", emails[0].body);
    }

    // Once someone is on duty, no such message goes out.
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1);
    let cory = cory.signs_in_again().await;
    let dora = app.clinician_on_duty(&cory).await;
    assert_eq!(app.emails_to(&admin.email).await.len(), 2);
    assert_eq!(dora.open_alerts().await.len(), 3);
}

#[apply(both_engines)]
async fn each_severity_has_its_own_steps(app: TestApp) {
    let cory = app.coordinator().await;
    let dora = app.clinician_on_duty(&cory).await;
    // Raised at nine: the due time, the second step and its repetition, in minutes.
    for (number, (severity, due, second, repeat)) in
        [("immediate", 15, 15, 15), ("urgent", 240, 60, 60), ("same_day", 480, 120, 240)].into_iter().enumerate()
    {
        let ada = app.practitioner(&format!("Ada Byron{number}")).await;
        let id = cory.raises_concern(&ada, severity).await.expect(201).id();
        let mut at = app.now();
        for (step, (minutes, level)) in [(due, 1), (second, 2), (repeat, 2), (repeat, 2)].into_iter().enumerate() {
            let before = app.platform.at(at + TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
            assert_eq!(before.write(escalate_due).await.unwrap(), 0, "{severity} {step}");
            at = at + TimeDelta::minutes(minutes);
            assert_eq!(app.platform.at(at).write(escalate_due).await.unwrap(), 1, "{severity} {step}");
            assert_eq!(cory.reads_alert(&id).await.json["escalation_level"], level, "{severity} {step}");
        }
        dora.closes_alert(&id).await.expect(200);
    }
}

#[apply(both_engines)]
async fn more_severe_event_in_an_alert_that_waits_brings_the_next_step_forward(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    cory.raises_concern(&ada, "same_day").await.expect(201);
    app.clock.advance(TimeDelta::minutes(30));
    let cory = cory.signs_in_again().await;
    let alert = cory.raises_concern(&ada, "immediate").await.expect(201);
    assert_eq!(alert.text("due_at"), "2027-01-11T09:45:00Z");
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(app.run_risk_jobs().await, 0);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.run_risk_jobs().await, 1);
}

/// An instance of the version before raises an alert as it always did.
#[apply(both_engines)]
async fn alert_of_an_instance_of_the_version_before_gets_its_event_and_is_escalated(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let assessment: Id = ada.starts_assessment().await.rsplit('/').next().unwrap().parse().unwrap();
    let (id, practitioner, now) = (Id::new(app.now()), ada.id, app.now());
    app.sql(move |conn| {
        Ok(diesel::insert_into(risk_alerts::table)
            .values((
                risk_alerts::id.eq(id),
                risk_alerts::practitioner_id.eq(practitioner),
                risk_alerts::assessment_id.eq(Some(assessment)),
                risk_alerts::questionnaire.eq("phq-9"),
                risk_alerts::raised_at.eq(now),
            ))
            .execute(conn)?)
    })
    .await;
    assert_eq!(cory.reads_alert(&id.to_string()).await.json["events"], json!([]));
    assert_eq!((app.run_risk_jobs().await, app.run_risk_jobs().await), (0, 0));
    let alert = cory.reads_alert(&id.to_string()).await;
    assert_eq!((alert.text("severity"), alert.text("due_at")), ("urgent".into(), "2027-01-11T13:00:00Z".into()));
    let event = &alert.json["events"][0];
    assert_eq!(alert.json["events"].as_array().unwrap().len(), 1);
    assert_eq!((&event["kind"], &event["questionnaire"]), (&json!("risk_answer"), &json!("phq-9")));
    assert_eq!((&event["assessment_id"], &event["note"]), (&json!(assessment), &Value::Null));
    app.advance_clock_to("2027-01-11T13:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
}

/// The database refuses what is written about one alert.
#[apply(both_engines)]
async fn alert_that_cannot_be_escalated_does_not_stop_the_others(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    let broken = cory.raises_concern(&ada, "urgent").await.expect(201).id();
    let other = cory.raises_concern(&bea, "urgent").await.expect(201).id();
    let mut conn = app.engine.connect().unwrap_or_else(|error| panic!("{error}"));
    let (refuse, allow) = match &conn {
        Conn::Sqlite(_) => (
            format!(
                "CREATE TRIGGER refuses_step BEFORE UPDATE OF escalation_level ON risk_alerts WHEN NEW.id = '{broken}' \
                 BEGIN SELECT RAISE(ABORT, 'refuses_step'); END"
            ),
            "DROP TRIGGER refuses_step",
        ),
        Conn::Postgres(_) => (
            format!(
                "CREATE FUNCTION refuses_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refuses_step'; END $$; \
                 CREATE TRIGGER refuses_step BEFORE UPDATE OF escalation_level ON risk_alerts FOR EACH ROW \
                 WHEN (NEW.id = '{broken}') EXECUTE FUNCTION refuses_step()"
            ),
            "DROP TRIGGER refuses_step ON risk_alerts",
        ),
    };
    conn.batch_execute(&refuse).unwrap();
    let levels = async |cory: &Actor| {
        let (broken, other) = (cory.reads_alert(&broken).await, cory.reads_alert(&other).await);
        (broken.json["escalation_level"].clone(), other.json["escalation_level"].clone())
    };

    app.advance_clock_to("2027-01-11T13:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
    let cory = cory.signs_in_again().await;
    assert_eq!(levels(&cory).await, (json!(0), json!(1)));
    assert_eq!(app.run_risk_jobs().await, 0, "it gives way for a minute");

    conn.batch_execute(allow).unwrap();
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(levels(&cory).await, (json!(1), json!(1)));
}

#[apply(both_engines)]
async fn event_that_cannot_be_read_counts_as_the_most_severe(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    cory.raises_concern(&ada, "same_day").await.expect(201);
    let alert = cory.raises_concern(&ada, "same_day").await.expect(201);
    let event: Id = alert.json["events"][0]["id"].as_str().unwrap().parse().unwrap();
    app.sql(move |conn| {
        let damaged = risk_alert_events::details.eq(damaged_bytes());
        Ok(diesel::update(risk_alert_events::table.find(event)).set(damaged).execute(conn)?)
    })
    .await;
    let read = cory.reads_alert(&alert.id()).await;
    assert_eq!((read.text("severity"), &read.json["due_at"]), ("immediate".into(), &alert.json["due_at"]));
    app.advance_clock_to("2027-01-11T17:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1, "not after two hours");
}

#[apply(both_engines)]
async fn clinician_who_comes_on_duty_is_notified_of_what_waits_for_those_on_duty(app: TestApp) {
    let (cory, eve) = (app.coordinator().await, app.clinician("Eve Clinician").employed_by("A1A1A").await);
    let (ada, bea, cay) =
        (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await, app.practitioner("Cay Byron").await);
    app.appointment(&cay, &eve, app.now().get() + TimeDelta::days(1)).await;
    cory.raises_concern(&ada, "urgent").await.expect(201);
    // Today is soon enough for Bea. Eve treats Cay, and may be asleep.
    cory.raises_concern(&bea, "same_day").await.expect(201);
    cory.raises_concern(&cay, "urgent").await.expect(201);
    app.clock.advance(TimeDelta::minutes(30));
    let cory = cory.signs_in_again().await;
    let dora = app.clinician("Dora Duty").employed_by("A1A1A").registered("gmc", "7654322").await;
    let duty = cory.puts_on_duty(&dora).await.expect(201).id();
    assert_eq!((app.run_risk_jobs().await, app.run_risk_jobs().await), (0, 0), "it is no step of escalation");
    assert_eq!(app.email_subjects_to(&dora.email).await, [RAISED; 2], "once each, of Ada's and Cay's alerts");

    // A concern about her life is notified at once, and not again by the job.
    cory.raises_concern(&bea, "immediate").await.expect(201);
    assert_eq!(app.run_risk_jobs().await, 0);
    assert_eq!(app.email_subjects_to(&dora.email).await.len(), 3);

    // She comes again.
    app.clock.advance(TimeDelta::minutes(10));
    let (cory, dora) = (cory.signs_in_again().await, dora.signs_in_again().await);
    cory.ends_duty(&duty).await.expect(200);
    cory.puts_on_duty(&dora).await.expect(201);
    assert_eq!(app.run_risk_jobs().await, 0);
    assert_eq!(app.email_subjects_to(&dora.email).await.len(), 6);
}
