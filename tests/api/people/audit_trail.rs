//! The audit trail for privacy officers, the access log of practitioners, recorded refusals, and flags of unusual use.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::audit_trail::flags::jobs::find_unusual;
use confide::platform::audit;
use confide::platform::config::AccessLogNames;
use confide::platform::ids::Id;
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;
use diesel::sql_query;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::clinical_record::{InCare, plan_reviewed_on};
use crate::support::groups::therapy;
use crate::support::{Kind, TestApp, apply, both_engines};

async fn officer(app: &TestApp) -> Actor {
    app.staff("Pia Vale", Role::PrivacyOfficer).await
}

impl Actor {
    async fn reads_allergies_of(&self, practitioner: &str) -> crate::support::reply::Reply {
        self.get(&format!("/v1/practitioners/{practitioner}/allergies")).send().await
    }

    async fn lists_events(&self, query: &str) -> Vec<Value> {
        self.get(&format!("/v1/audit-events?{query}")).send().await.expect(200).items().clone()
    }

    async fn access_log(&self, query: &str) -> Vec<Value> {
        self.get(&format!("/v1/me/access-log?{query}")).send().await.expect(200).items().clone()
    }
}

/// Action, kind, id and practitioner of every refusal, oldest first.
async fn refusals(app: &TestApp) -> Vec<(String, String, Option<Id>, Option<Id>)> {
    app.sql(|conn| {
        let rows = dsl::audit_events.filter(dsl::refused.eq(true)).order(dsl::id);
        Ok(rows.select((dsl::action, dsl::subject_kind, dsl::subject_id, dsl::practitioner_id)).load(conn)?)
    })
    .await
}

#[apply(both_engines)]
async fn refused_staff_are_recorded_with_the_id_that_they_tried(app: TestApp) {
    let (ada, cleo, cory) = (app.practitioner("Ada Byron").await, app.clinician("Cleo Marsh").await, app.coordinator().await);
    let unknown = Id::new(app.now());
    let hidden = cleo.reads_allergies_of(&ada.id.to_string()).await.expect(404);
    let missing = cleo.reads_allergies_of(&unknown.to_string()).await.expect(404);
    assert_eq!(hidden.body, missing.body);
    cory.reads_allergies_of(&ada.id.to_string()).await.expect_problem("wrong_role");
    let recorded = refusals(&app).await;
    let tried: Vec<(&str, &str, Option<Id>)> = recorded.iter().map(|row| (row.0.as_str(), row.1.as_str(), row.2)).collect();
    assert_eq!(
        tried,
        [
            ("allergies.read", "practitioner", Some(ada.id)),
            ("allergies.read", "practitioner", Some(unknown)),
            ("allergies.read", "practitioner", Some(ada.id)),
        ]
    );
}

#[apply(both_engines)]
async fn refusal_of_blocked_staff_names_the_practitioner(app: TestApp) {
    let (ada, cory) = (app.practitioner("Ada Byron").await, app.coordinator().await);
    ada.blocks_name(&cory.name).await.expect(201);
    cory.get(&format!("/v1/practitioners/{}/lead-clinician", ada.id)).send().await.expect(404);
    let recorded = refusals(&app).await;
    assert_eq!(recorded, [("lead_clinician.read".to_owned(), "practitioner".to_owned(), Some(ada.id), Some(ada.id))]);
    let log = ada.access_log("").await;
    assert!(log.iter().all(|entry| entry["role"] != "coordinator"), "nothing was shown to them: {log:?}");
}

#[apply(both_engines)]
async fn refusal_within_a_change_is_recorded_and_a_wrong_body_is_not(app: TestApp) {
    let avery = app.administrator().await;
    let form = json!({ "email": avery.email, "name": "Another Person", "role": "clinician", "reason": "Joins the team." });
    avery.post("/v1/staff", form).send().await.expect_problem("email_taken");
    avery.post("/v1/staff", json!({})).send().await.expect_problem("invalid_body");
    let recorded: Vec<String> = refusals(&app).await.into_iter().map(|row| row.0).collect();
    assert_eq!(recorded, ["staff.created"]);
    assert_eq!(app.row_count("accounts").await, 1);
}

#[apply(both_engines)]
async fn refusals_of_practitioners_are_not_recorded(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    ada.reads_allergies_of(&ada.id.to_string()).await.expect_problem("wrong_role");
    ada.get(&format!("/v1/fit-notes/{}", Id::new(app.now()))).send().await.expect(404);
    assert_eq!(refusals(&app).await, []);
}

#[apply(both_engines)]
async fn slip_in_a_form_about_ones_own_patient_is_no_refusal(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let before = refusals(&app).await;
    cleo.replaces(&ada, "care-plan", plan_reviewed_on("2027-01-10")).await.expect_field("invalid_body", "/review_on");
    assert_eq!(refusals(&app).await, before, "ten slips in a day would be flagged as unusual use");
}

#[apply(both_engines)]
async fn refusal_that_cannot_be_recorded_is_not_sent(app: TestApp) {
    let (ada, cleo) = (app.practitioner("Ada Byron").await, app.clinician("Cleo Marsh").await);
    let sql = match app.kind {
        Kind::Sqlite => {
            "CREATE TRIGGER no_refusals BEFORE INSERT ON audit_events WHEN NEW.refused BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
        Kind::Postgres => "ALTER TABLE audit_events ADD CONSTRAINT no_refusals CHECK (NOT refused)",
    };
    app.sql(move |conn| Ok(sql_query(sql).execute(conn)?)).await;
    let reply = cleo.reads_allergies_of(&ada.id.to_string()).await.expect(503).expect_problem("unavailable");
    assert!(reply.header("retry-after").is_some());
}

#[apply(both_engines)]
async fn privacy_officer_finds_who_read_what(app: TestApp) {
    let scene = app.in_care().await;
    let (ada, cleo, pia) = (&scene.ada, &scene.cleo, officer(&app).await);
    cleo.reads_allergies_of(&ada.id.to_string()).await.expect(200);
    let events = pia.lists_events(&format!("practitioner_id={}&action=allergies.read", ada.id)).await;
    let [event] = &events[..] else { panic!("one event: {events:?}") };
    assert_eq!(event["actor"], json!({ "id": cleo.id, "role": "clinician", "name": cleo.name }));
    assert_eq!((&event["subject_kind"], &event["subject_id"]), (&json!("practitioner"), &json!(ada.id)));
    assert_eq!(event["refused"], false);
    assert!(event["practitioner"]["reference"].as_str().unwrap().starts_with("CF-"), "{event}");
    let shown = pia.get("/v1/audit-events?limit=100").send().await.expect(200);
    assert!(!String::from_utf8_lossy(&shown.body).contains(&ada.name), "practitioners are not named");
    let one = pia.get(&format!("/v1/audit-events/{}", event["id"].as_str().unwrap())).send().await.expect(200);
    assert_eq!(&one.json, event);
    pia.get(&format!("/v1/audit-events/{}", Id::new(app.now()))).send().await.expect(404);
}

#[apply(both_engines)]
async fn events_are_filtered_and_read_page_by_page_newest_first(app: TestApp) {
    let (ada, cleo, pia) = (app.practitioner("Ada Byron").await, app.clinician("Cleo Marsh").await, officer(&app).await);
    for _ in 0..3 {
        app.clock.advance(TimeDelta::seconds(1));
        cleo.reads_allergies_of(&ada.id.to_string()).await.expect(404);
    }
    let refused = pia.lists_events(&format!("actor_id={}&refused=true", cleo.id)).await;
    let times: Vec<&str> = refused.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(times.len() == 3 && times[0] > times[1] && times[1] > times[2], "{times:?}");
    assert_eq!(pia.lists_events(&format!("subject_id={}&refused=true", ada.id)).await.len(), 3);
    assert_eq!(pia.lists_events(&format!("refused=true&from={}", times[1])).await.len(), 2);
    assert_eq!(pia.lists_events(&format!("refused=true&until={}", times[1])).await.len(), 1);
    assert!(pia.lists_events("refused=false&action=allergies.read").await.is_empty());
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = pia.get(&format!("/v1/audit-events?refused=true&limit=2{cursor}")).send().await.expect(200);
        seen.extend(page.items().iter().map(|event| event["id"].clone()));
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, refused.iter().map(|event| event["id"].clone()).collect::<Vec<_>>());
}

#[apply(both_engines)]
async fn reading_the_trail_is_recorded(app: TestApp) {
    let (ada, pia) = (app.practitioner("Ada Byron").await, officer(&app).await);
    pia.lists_events(&format!("practitioner_id={}", ada.id)).await;
    pia.get(&format!("/v1/audit-events/export?reason=inspection&actor_id={}", pia.id)).send().await.expect(200);
    let own = pia.lists_events(&format!("actor_id={}", pia.id)).await;
    let actions: Vec<&str> = own.iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["audit_event.exported", "audit_event.listed", "session.begun"]);
    assert_eq!((&own[1]["practitioner"]["id"], &own[1]["basis"]), (&json!(ada.id), &json!("oversight")));
    let log = ada.access_log("").await;
    assert_eq!((&log[0]["role"], &log[0]["name"]), (&json!("privacy_officer"), &Value::Null));
}

#[apply(both_engines)]
async fn exported_events_are_a_table(app: TestApp) {
    let (cleo, pia) = (app.clinician("Cleo Marsh").await, officer(&app).await);
    let file = pia.get(&format!("/v1/audit-events/export?reason=inspection&actor_id={}", cleo.id)).send().await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv"));
    let text = String::from_utf8(file.body.to_vec()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("\"at\",\"id\",\"actor_id\""), "{text}");
    assert!(lines.len() > 1 && lines[1..].iter().all(|line| line.contains("\"Cleo Marsh\"")), "{text}");
}

#[apply(both_engines)]
async fn events_about_a_practitioner_who_blocked_the_privacy_officer_are_left_out(app: TestApp) {
    let scene = app.in_care().await;
    let (ada, pia) = (&scene.ada, officer(&app).await);
    scene.cleo.reads_allergies_of(&ada.id.to_string()).await.expect(200);
    let about = format!("practitioner_id={}", ada.id);
    let event = pia.lists_events(&about).await[0]["id"].as_str().unwrap().to_owned();
    ada.blocks_name(&pia.name).await.expect(201);
    assert!(pia.lists_events(&about).await.is_empty());
    assert!(pia.lists_events(&format!("actor_id={}", ada.id)).await.is_empty());
    pia.get(&format!("/v1/audit-events/{event}")).send().await.expect(404);
    let tried = ("audit_event.read".to_owned(), "audit_event".to_owned(), event.parse().ok(), Some(ada.id));
    assert!(refusals(&app).await.contains(&tried), "another privacy officer sees whose row it was");
    let month = "from=2027-01-01T00:00:00Z&until=2027-01-31T00:00:00Z";
    let file = pia.get(&format!("/v1/audit-events/export?reason=inspection&{month}")).send().await.expect(200);
    assert!(!String::from_utf8_lossy(&file.body).contains(&ada.id.to_string()));
}

#[apply(both_engines)]
async fn practitioner_sees_who_used_their_record_and_the_names_of_their_clinicians(app: TestApp) {
    let scene = app.in_care().await;
    let (ada, cleo, cory) = (&scene.ada, &scene.cleo, app.coordinator().await);
    cleo.reads_allergies_of(&ada.id.to_string()).await.expect(200);
    cory.takes_a_call_from(ada).await;
    app.clock.advance(TimeDelta::seconds(1));
    cory.get(&format!("/v1/practitioners/{}/lead-clinician", ada.id)).send().await.expect(200);
    let log = ada.access_log("").await;
    assert_eq!(
        (&log[0]["role"], &log[0]["name"], &log[0]["label"]),
        (&json!("coordinator"), &Value::Null, &json!("Lead clinician read"))
    );
    let allergies = log.iter().find(|entry| entry["action"] == "allergies.read").unwrap();
    assert_eq!((&allergies["role"], &allergies["name"]), (&json!("clinician"), &json!(cleo.name)));
    assert!(log.iter().all(|entry| entry["own"] == false));
    let own = ada.access_log("include_own=true&limit=100").await;
    let read = own.iter().find(|entry| entry["action"] == "access_log.read").unwrap();
    assert_eq!((&read["own"], &read["reason"]), (&json!(true), &json!("You did this yourself.")));
}

#[apply(both_engines)]
async fn access_log_states_the_reason_of_a_use(app: TestApp) {
    let (ada, cleo) = (app.practitioner("Ada Byron").await, app.clinician("Cleo Marsh").await);
    let (practitioner, actor) = (ada.id, audit::Actor { id: Some(cleo.id), role: "clinician" });
    app.write(move |tx| {
        let about = audit::About { practitioner, basis: "treats" };
        audit::record_about(tx, actor, "note.read", ("note", None), about)
    })
    .await;
    let log = ada.access_log("").await;
    assert_eq!(log[0]["reason"], "They treat you or have an appointment with you.");
    assert_eq!(log[0]["name"], "Cleo Marsh", "they treat her, so she knows them");
}

#[apply(both_engines)]
async fn access_log_shows_who_settles_a_conflict_but_nothing_of_a_place_in_a_group(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, elsa) = (app.member("Ada Byron", &group).await.0, app.clinician("Elsa Wood").await);
    app.member("Bea Byron", &group).await;
    app.appointment(&ada, &elsa, app.now().get() + TimeDelta::days(2)).await;
    ada.blocks_name("Bea Byron").await.expect(201);
    ada.blocks(&elsa).await.expect(201);
    let tasks = group.cory.get("/v1/conflict-tasks").send().await.expect(200);
    let of_ada: Vec<&Value> = tasks.items().iter().filter(|task| task["practitioner_id"] == json!(ada.id)).collect();
    let mut kinds: Vec<&str> = of_ada.iter().map(|task| task["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["appointment", "group_place"]);
    for task in of_ada {
        let id = task["id"].as_str().unwrap();
        group.cory.post_empty(&format!("/v1/conflict-tasks/{id}/take")).send().await.expect(200);
        assert_eq!(app.audit_count_of("conflict_task.taken", id.parse().unwrap()).await, 1);
    }
    let log = ada.access_log("limit=100").await;
    let of = |action: &str| -> Vec<&Value> { log.iter().filter(|entry| entry["action"] == action).collect() };
    assert_eq!(
        (of("conflict_task.opened").len(), of("conflict_task.taken").len()),
        (1, 1),
        "another member has a part in the other"
    );
    assert_eq!(of("conflict_task.taken")[0]["role"], "coordinator");
}

#[apply(both_engines)]
async fn access_log_shows_ones_registration_as_ones_own(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    let id = ada.id;
    // As earlier versions recorded it.
    let registered = ("practitioner", Some(id));
    app.write(move |tx| audit::record(tx, audit::Actor::ANONYMOUS, "registration.created", registered)).await;
    let own = ada.access_log("include_own=true&limit=100").await;
    let shown: Vec<&Value> = own.iter().filter(|entry| entry["action"] == "registration.created").collect();
    assert_eq!(shown.len(), 2);
    for entry in shown {
        assert_eq!((&entry["own"], &entry["role"]), (&json!(true), &json!("practitioner")));
        assert_eq!(entry["reason"], "You did this yourself.");
    }
    let log = ada.access_log("limit=100").await;
    assert!(log.iter().all(|entry| entry["action"] != "registration.created"), "{log:?}");
}

#[apply(both_engines)]
async fn access_log_names_no_one_where_the_operator_wants_that(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.access_log_names = AccessLogNames::None;
    let app = TestApp::start_with(kind, settings).await;
    let scene = app.in_care().await;
    scene.cleo.reads_allergies_of(&scene.ada.id.to_string()).await.expect(200);
    let log = scene.ada.access_log("limit=100").await;
    assert!(!log.is_empty() && log.iter().all(|entry| entry["name"].is_null()), "{log:?}");
}

#[apply(both_engines)]
async fn many_practitioners_and_many_refusals_in_a_day_are_flagged_once(kind: Kind) {
    let mut settings = TestSettings::default();
    (settings.policy.flag_staff_reads, settings.policy.flag_refusals) = (2, 3);
    let app = TestApp::start_with(kind, settings).await;
    let (cory, pia) = (app.coordinator().await, officer(&app).await);
    for name in ["Ada Byron", "Bea Quill"] {
        let person = app.practitioner(name).await;
        cory.get(&format!("/v1/practitioners/{}/lead-clinician", person.id)).send().await.expect(200);
    }
    for _ in 0..3 {
        cory.get(&format!("/v1/practitioners/{}/lead-clinician", Id::new(app.now()))).send().await.expect(404);
    }
    assert_eq!(app.write(find_unusual).await, 2);
    assert_eq!(app.write(find_unusual).await, 0, "the same is not flagged again");
    let flags = pia.get("/v1/audit-flags?reviewed=false").send().await.expect(200);
    let mut found: Vec<(&str, i64)> =
        flags.expect_items().iter().map(|flag| (flag["kind"].as_str().unwrap(), flag["count"].as_i64().unwrap())).collect();
    found.sort_unstable();
    assert_eq!(found, [("many_practitioners", 2), ("many_refusals", 3)]);
    assert_eq!(flags.items()[0]["actor_name"], cory.name.as_str());
    let events = pia.lists_events("flagged=true&limit=100").await;
    assert!(!events.is_empty() && events.iter().all(|event| event["actor"]["id"] == json!(cory.id)));
    let emails = app.expect_emails_to(&pia.email).await;
    let [email] = &emails[..] else { panic!("one email: {}", emails.len()) };
    assert!(!email.body.contains("audit") && !email.body.contains(&cory.name), "it is neutral: {}", email.body);
}

#[apply(both_engines)]
async fn many_look_ups_of_practitioners_in_a_day_are_flagged(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.flag_phone_lookups = 2;
    let app = TestApp::start_with(kind, settings).await;
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    for name in ["Ada Byron", "Bea Quill"] {
        cory.takes_a_call_from(&app.practitioner(name).await).await;
    }
    let cass = app.practitioner("Cass Reed").await;
    dana.takes_a_call_from(&cass).await;
    dana.looks_up_again(&app.reference_of(&cass).await, "She rang a second time.").await.expect(201);
    app.write(find_unusual).await;
    let flags = officer(&app).await.get("/v1/audit-flags").send().await.expect(200);
    let of_look_ups: Vec<&Value> = flags.expect_items().iter().filter(|flag| flag["kind"] == "phone_lookups").collect();
    let [flag] = of_look_ups[..] else { panic!("{}", flags.json) };
    assert_eq!((&flag["actor_id"], &flag["count"]), (&json!(cory.id), &json!(2)));
}

#[apply(both_engines)]
async fn use_at_night_is_flagged_in_british_time(app: TestApp) {
    let ada = app.practitioner("Ada Byron").await;
    // British summer time: four in the morning in Britain.
    app.advance_clock_to("2027-07-05T03:00:00Z");
    let cory = app.coordinator().await;
    cory.get(&format!("/v1/practitioners/{}/lead-clinician", ada.id)).send().await.expect(200);
    app.write(find_unusual).await;
    let pia = officer(&app).await;
    let flags = pia.get("/v1/audit-flags").send().await.expect(200);
    assert_eq!((&flags.expect_items()[0]["kind"], &flags.items()[0]["day"]), (&json!("night"), &json!("2027-07-05")));
}

#[apply(both_engines)]
async fn reading_the_record_of_a_colleague_is_flagged(app: TestApp) {
    let scene = app.in_care().await;
    scene.cleo.reads_allergies_of(&scene.ada.id.to_string()).await.expect(200);
    app.share_an_employer(&scene.ada, &scene.cleo).await;
    app.write(find_unusual).await;
    let flags = officer(&app).await.get("/v1/audit-flags").send().await.expect(200);
    assert!(flags.expect_items().iter().any(|flag| flag["kind"] == "colleague" && flag["count"] == 1), "{}", flags.json);
}

#[apply(both_engines)]
async fn flag_is_reviewed_once_and_not_by_the_person_it_is_about(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.flag_refusals = 1;
    let app = TestApp::start_with(kind, settings).await;
    let (pia, quin) = (officer(&app).await, app.staff("Quin Reed", Role::PrivacyOfficer).await);
    pia.get(&format!("/v1/audit-events/{}", Id::new(app.now()))).send().await.expect(404);
    app.write(find_unusual).await;
    let flags = pia.get("/v1/audit-flags").send().await.expect(200);
    let path = format!("/v1/audit-flags/{}/review", flags.expect_items()[0]["id"].as_str().unwrap());
    let review = json!({ "outcome": "explained", "note": "Tried an old id." });
    pia.post(&path, review.clone()).send().await.expect_problem("own_account");
    let again = app.staff("Dr Pia Vale", Role::PrivacyOfficer).await;
    again.post(&path, review.clone()).send().await.expect_problem("own_account");
    let reviewed = quin.post(&path, review.clone()).send().await.expect(200);
    assert_eq!(reviewed.json["review"]["note"], "Tried an old id.");
    assert_eq!(reviewed.json["review"]["reviewed_by"], json!(quin.id));
    quin.post(&path, review).send().await.expect_problem("state_conflict");
    assert!(pia.get("/v1/audit-flags?reviewed=false").send().await.expect(200).items().is_empty());
}
