//! An answer that shows risk: help in the same response, and an alert that staff must acknowledge.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::practitioners::{gad7, phq9, phq9_at_risk};
use crate::support::{TestApp, apply, both_engines};

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
    assert_eq!((&alert["questionnaire"], &alert["state"]), (&json!("phq-9"), &json!("open")));
    assert!(!alert.to_string().contains("phq9_9") && !alert.to_string().contains("Byron"));

    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    let submitted = ada.post_empty(&format!("{assessment}/submit")).send().await.expect(200);
    assert_eq!(submitted.json["crisis_help"][0]["contact"], "999");
}

#[apply(both_engines)]
async fn same_answer_again_does_not_alert_twice(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    let open = async || cory.get("/v1/risk-alerts?state=open").send().await.expect(200).items().len();
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    assert_eq!(open().await, 0);
    for (ninth, alerts) in [(1, 1), (1, 1), (2, 2), (0, 2), (2, 3)] {
        ada.answers(&assessment, "phq-9", phq9_at_risk(ninth)).await.expect(200);
        assert_eq!(open().await, alerts, "after {ninth}");
    }
}

#[apply(both_engines)]
async fn coordinator_acknowledges_an_alert_once_with_a_note(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let id = cory.get("/v1/risk-alerts").send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/risk-alerts/{id}/acknowledge");
    cory.post(&path, json!({})).send().await.expect_field("invalid_body", "/note");

    let done = cory.post(&path, json!({ "note": "Called, safe tonight." })).send().await.expect(200);

    assert_eq!((done.text("state"), done.text("note")), ("acknowledged".into(), "Called, safe tonight.".into()));
    assert_eq!(done.text("acknowledged_by"), cory.id.to_string());
    cory.post(&path, json!({ "note": "Again." })).send().await.expect_problem("state_conflict");
    assert!(cory.get("/v1/risk-alerts?state=open").send().await.expect(200).items().is_empty());
    let listed = cory.get("/v1/risk-alerts?state=acknowledged").send().await.expect(200);
    assert_eq!(listed.items()[0]["note"], Value::Null, "the note is not in lists");
    assert_eq!(cory.get(&format!("/v1/risk-alerts/{id}")).send().await.expect(200).text("note"), "Called, safe tonight.");
}

#[apply(both_engines)]
async fn clinicians_see_only_alerts_about_practitioners_they_treat(app: TestApp) {
    let (cleo, dora) =
        (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician("Dora Clinician").employed_by("X9K3M").await);
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    for one in [&ada, &bea] {
        one.completes_intake_with(phq9_at_risk(2)).await;
    }
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    // Dora works for Ada's employer: an appointment gives no access.
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(2)).await;

    let seen = cleo.get("/v1/risk-alerts").send().await.expect(200);
    assert_eq!(seen.items().len(), 1);
    assert_eq!(seen.items()[0]["practitioner_id"], ada.id.to_string());
    let path = format!("/v1/risk-alerts/{}", seen.items()[0]["id"].as_str().unwrap());
    cleo.get(&path).send().await.expect(200);
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
    dora.get(&path).send().await.expect_problem("not_found");
    dora.post(&format!("{path}/acknowledge"), json!({ "note": "x" })).send().await.expect_problem("not_found");
    ada.get("/v1/risk-alerts").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn alerts_are_paged_newest_first(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    for ninth in [1, 2, 3] {
        ada.answers(&assessment, "phq-9", phq9_at_risk(ninth)).await.expect(200);
        app.clock.advance(TimeDelta::seconds(1));
    }
    let first = cory.get("/v1/risk-alerts?limit=2").send().await.expect(200);
    let second = cory.get(&format!("/v1/risk-alerts?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
    assert_eq!((first.items().len(), second.items().len()), (2, 1));
    assert!(first.items()[0]["raised_at"].as_str() > second.items()[0]["raised_at"].as_str(), "the newest first");
}

#[apply(both_engines)]
async fn staff_who_can_act_are_emailed_at_any_hour_and_without_a_name(app: TestApp) {
    let (cory, cleo, dan) = (app.coordinator().await, app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await);
    cleo.holds_clinic_on("wednesday", "09:00", "12:00", 60, "assessment", "video").await;
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Quiet Heron").registers_and_signs_in().await;
    let first = ada.completes_intake().await;
    let slot = ada.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    let appointment = ada.books(&slot).await.expect(201).id();
    app.advance_clock_to("2027-01-13T23:30:00Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    cleo.records_attendance(&appointment, "attended_on_time").await.expect(200);
    cleo.records_outcome(&first, &appointment, "accepted").await.expect(201);
    let second = ada.starts_assessment().await;
    ada.answers(&second, "phq-9", phq9_at_risk(2)).await.expect(200);
    for reader in [&cory, &cleo] {
        let emails = app.emails_to(&reader.email).await;
        assert_eq!(emails.len(), 1, "{}", reader.name);
        assert_eq!(emails[0].subject, "Please look at the app now");
        for word in ["Ada", "Byron", "Heron", "Confide", "risk", "PHQ", "assess"] {
            assert!(!emails[0].body.contains(word), "{word} is in {}", emails[0].body);
        }
    }
    assert!(app.emails_to(&dan.email).await.is_empty(), "he does not treat her");
}

#[apply(both_engines)]
async fn alert_acknowledged_before_sending_sends_no_email(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let alerts = cory.open_alerts().await;
    cory.acknowledges_alert(&alerts[0], "Called, safe tonight.").await.expect(200);
    assert!(app.emails_to(&cory.email).await.is_empty());
    assert_eq!(app.notifications_to(cory.id).await, [("risk_alert_raised".to_owned(), "dropped".to_owned())]);
}

#[apply(both_engines)]
async fn alert_is_not_sent_to_staff_blocked_by_the_practitioner(app: TestApp) {
    let (cory, rosa, admin) =
        (app.coordinator().await, app.staff("Rosa Lind", Role::Coordinator).await, app.administrator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name("Rosa Lind").await.expect(201);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let alert = cory.open_alerts().await.pop().expect("an alert");
    assert_eq!(app.emails_to(&cory.email).await.len(), 1);
    assert!(app.emails_to(&rosa.email).await.is_empty());
    assert!(rosa.open_alerts().await.is_empty());
    rosa.acknowledges_alert(&alert, "Seen.").await.expect_problem("not_found");
    assert!(app.emails_to(&admin.email).await.is_empty(), "a coordinator is available");
}

#[apply(both_engines)]
async fn alert_that_no_coordinator_may_see_is_escalated_to_administrators(app: TestApp) {
    let rosa = app.staff("Rosa Lind", Role::Coordinator).await;
    let (admin, blocked) = (app.administrator().await, app.staff("Milo Hart", Role::Administrator).await);
    let ada = app.practitioner("Ada Byron").await;
    for name in ["Rosa Lind", "Milo Hart"] {
        ada.blocks_name(name).await.expect(201);
    }
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let emails = app.emails_to(&admin.email).await;
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].subject, "Another coordinator is needed now");
    for word in ["Ada", "Byron", "Confide", "risk", "alert", "health", "practitioner"] {
        assert!(!emails[0].body.contains(word), "{word} is in {}", emails[0].body);
    }
    for other in [&rosa, &blocked] {
        assert!(app.emails_to(&other.email).await.is_empty(), "{}", other.name);
    }
    // A new coordinator sees it.
    let nell = app.staff("Nell Frost", Role::Coordinator).await;
    let alert = nell.open_alerts().await.pop().expect("an alert");
    nell.acknowledges_alert(&alert, "Rang; safe tonight.").await.expect(200);
}

#[apply(both_engines)]
async fn administrators_are_emailed_even_when_all_of_them_are_blocked(app: TestApp) {
    let admin = app.administrator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name(&admin.name).await.expect(201);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    assert_eq!(app.emails_to(&admin.email).await.len(), 1);
}

#[apply(both_engines)]
async fn block_that_leaves_an_open_alert_without_a_coordinator_is_escalated(app: TestApp) {
    let (rosa, admin) = (app.staff("Rosa Lind", Role::Coordinator).await, app.administrator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(3)).await;
    assert_eq!(app.emails_to(&rosa.email).await.len(), 1);
    ada.blocks_name("Lind, Rosa").await.expect(201);
    assert_eq!(app.emails_to(&admin.email).await.len(), 1);
    assert!(rosa.open_alerts().await.is_empty());
}

#[apply(both_engines)]
async fn coordinator_change_that_leaves_an_open_alert_without_a_coordinator_is_escalated(app: TestApp) {
    for (number, change) in [json!({ "active": false }), json!({ "name": "Mara Quill" })].into_iter().enumerate() {
        let mut change = change;
        change["reason"] = json!("Asked for by the person.");
        let admin = app.staff(&format!("Avery Admin{number}"), Role::Administrator).await;
        let rosa = app.staff(&format!("Rosa Lind{number}"), Role::Coordinator).await;
        let ada = app.practitioner(&format!("Ada Byron{number}")).await;
        ada.blocks_name("Mara Quill").await.expect(201);
        ada.completes_intake_with(phq9_at_risk(3)).await;
        assert_eq!((app.emails_to(&rosa.email).await.len(), app.emails_to(&admin.email).await.len()), (1, 0), "{change}");
        admin.changes_account_with_approval(&rosa.id, change.clone()).await;
        assert_eq!(app.email_subjects_to(&admin.email).await, ["Another coordinator is needed now"], "{change}");
        // A new coordinator sees it.
        let nell = app.staff(&format!("Nell Frost{number}"), Role::Coordinator).await;
        let alerts = nell.open_alerts().await;
        assert!(!alerts.is_empty(), "{change}");
        for alert in alerts {
            nell.acknowledges_alert(&alert, "Rang; safe tonight.").await.expect(200);
        }
        app.close_account(&nell).await;
    }
}

#[apply(both_engines)]
async fn open_alert_is_not_escalated_while_another_coordinator_may_see_it(app: TestApp) {
    let (admin, rosa, cory) =
        (app.administrator().await, app.staff("Rosa Lind", Role::Coordinator).await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let path = format!("/v1/staff/{}", rosa.id);
    let seen = admin.get(&path).send().await.expect(200).etag();
    admin.patch(&path, json!({ "active": false, "reason": "Asked for by the person." })).if_match(&seen).send().await.expect(200);
    assert!(app.emails_to(&admin.email).await.is_empty());
    assert_eq!(cory.open_alerts().await.len(), 1);
}

#[apply(both_engines)]
async fn pages_are_full_for_a_blocked_coordinator(app: TestApp) {
    let rosa = app.staff("Rosa Lind", Role::Coordinator).await;
    for number in 0..5 {
        let ada = app.practitioner(&format!("Ada Byron{number}")).await;
        if number % 2 == 1 {
            ada.blocks_name("Rosa Lind").await.expect(201);
        }
        ada.completes_intake_with(phq9_at_risk(1)).await;
        app.clock.advance(TimeDelta::seconds(1));
    }
    let rosa = rosa.signs_in_again().await;
    for list in ["risk-alerts", "practitioners"] {
        let first = rosa.get(&format!("/v1/{list}?limit=2")).send().await.expect(200);
        let second = rosa.get(&format!("/v1/{list}?limit=2&cursor={}", first.text("next_cursor"))).send().await.expect(200);
        assert_eq!((first.items().len(), second.items().len()), (2, 1), "{list}");
        assert_eq!(second.json["next_cursor"], Value::Null, "{list}");
    }
}
