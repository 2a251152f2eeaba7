//! Who sees alerts and is notified of them when they are raised.

use chrono::TimeDelta;
use confide::people::Role;
use serde_json::{Value, json};

use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

const ANOTHER_COORDINATOR: &str = "Another coordinator is needed now";

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
    let alert = seen.items()[0]["id"].as_str().unwrap().to_owned();
    cleo.reads_alert(&alert).await;
    assert!(dora.get("/v1/risk-alerts").send().await.expect(200).items().is_empty());
    dora.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect_problem("not_found");
    dora.closes_alert(&alert).await.expect_problem("not_found");
    dora.records_contact_attempt(&alert, true).await.expect_problem("not_found");
    ada.get("/v1/risk-alerts").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn alerts_are_paged_newest_first(app: TestApp) {
    let cory = app.coordinator().await;
    for number in 0..3 {
        app.practitioner(&format!("Ada Byron{number}")).await.completes_intake_with(phq9_at_risk(1)).await;
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
async fn clinicians_on_duty_are_notified_at_once_when_they_must_act_soon(app: TestApp) {
    let cory = app.coordinator().await;
    let (cleo, dora) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.clinician_on_duty(&cory).await);
    let emails = async || (app.emails_to(&dora.email).await.len(), app.emails_to(&cleo.email).await.len());
    let (ada, bea) = (app.practitioner("Ada Byron").await, app.practitioner("Bea Byron").await);
    // Today is soon enough without waking anyone.
    bea.completes_intake_with(phq9_at_risk(1)).await;
    assert_eq!(emails().await, (0, 0));
    // Within hours: those on duty too, because the clinician who treats her may be asleep.
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(1)).await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    assert_eq!(emails().await, (1, 1));
    cory.raises_concern(&bea, "urgent").await.expect(201);
    assert_eq!(emails().await, (2, 1));
    // Within minutes: everyone again.
    cory.raises_concern(&ada, "immediate").await.expect(201);
    assert_eq!(emails().await, (3, 2));
    assert_eq!(app.email_subjects_to(&dora.email).await, ["Please look at the app now"; 3]);
}

#[apply(both_engines)]
async fn clinician_on_duty_who_must_not_meet_the_practitioner_is_not_notified(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let dora = app.clinician_on_duty(&cory).await;
    ada.blocks(&dora).await.expect(201);
    let alert = cory.raises_concern(&ada, "immediate").await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(app.run_risk_jobs().await, 1);
    assert!(app.emails_to(&dora.email).await.is_empty());
    let dora = dora.signs_in_again().await;
    assert!(dora.open_alerts().await.is_empty());
    dora.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect_problem("not_found");
    dora.closes_alert(&alert).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn someone_who_is_no_longer_on_duty_gets_no_email(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let dora = app.clinician("Dora Duty").employed_by("A1A1A").registered("gmc", "7654322").await;
    let duty = cory.puts_on_duty(&dora).await.expect(201).id();
    cory.raises_concern(&ada, "immediate").await.expect(201);
    cory.ends_duty(&duty).await.expect(200);
    assert!(app.emails_to(&dora.email).await.is_empty());
    assert_eq!(app.notifications_to(dora.id).await, [("risk_alert_raised".to_owned(), "dropped".to_owned())]);
}

#[apply(both_engines)]
async fn alert_closed_before_sending_sends_no_email(app: TestApp) {
    let cory = app.coordinator().await;
    let (ada, dora) = (app.practitioner("Ada Byron").await, app.clinician_on_duty(&cory).await);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    let alerts = cory.open_alerts().await;
    dora.closes_alert(&alerts[0]).await.expect(200);
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
    rosa.records_contact_attempt(&alert, true).await.expect_problem("not_found");
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 0, "a coordinator is available");
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
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 1);
    for email in app.expect_emails_to(&admin.email).await {
        for word in ["Ada", "Byron", "Confide", "risk", "alert", "health", "practitioner"] {
            assert!(!email.body.contains(word), "{word} is in {}", email.body);
        }
    }
    for other in [&rosa, &blocked] {
        assert!(app.emails_to(&other.email).await.is_empty(), "{}", other.name);
    }
    // A new coordinator sees it.
    let nell = app.staff("Nell Frost", Role::Coordinator).await;
    let alert = nell.open_alerts().await.pop().expect("an alert");
    nell.records_contact_attempt(&alert, true).await.expect(201);
}

#[apply(both_engines)]
async fn administrators_are_emailed_even_when_all_of_them_are_blocked(app: TestApp) {
    let admin = app.administrator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name(&admin.name).await.expect(201);
    ada.completes_intake_with(phq9_at_risk(3)).await;
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 1);
}

#[apply(both_engines)]
async fn block_that_leaves_an_open_alert_without_a_coordinator_is_escalated(app: TestApp) {
    let (rosa, admin) = (app.staff("Rosa Lind", Role::Coordinator).await, app.administrator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(3)).await;
    assert_eq!(app.emails_to(&rosa.email).await.len(), 1);
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 0);
    ada.blocks_name("Lind, Rosa").await.expect(201);
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 1);
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
        let asked = async || app.count_emails_about(&admin, ANOTHER_COORDINATOR).await;
        assert_eq!((app.emails_to(&rosa.email).await.len(), asked().await), (1, 0), "{change}");
        admin.changes_account_with_approval(&rosa.id, change.clone()).await;
        assert_eq!(asked().await, 1, "{change}");
        // A new coordinator sees it.
        let nell = app.staff(&format!("Nell Frost{number}"), Role::Coordinator).await;
        let alerts = nell.open_alerts().await;
        assert!(!alerts.is_empty(), "{change}");
        let eve = app
            .clinician(&format!("Eve Clinician{number}"))
            .employed_by("A1A1A")
            .registered("gmc", &format!("765432{number}"))
            .await;
        nell.puts_on_duty(&eve).await.expect(201);
        for alert in alerts {
            eve.closes_alert(&alert).await.expect(200);
        }
        app.close_account(&nell).await;
        app.close_account(&eve).await;
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
    assert_eq!(app.count_emails_about(&admin, ANOTHER_COORDINATOR).await, 0);
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
