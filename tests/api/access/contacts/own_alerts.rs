//! A coordinator does not find out unseen who is a practitioner by raising alerts from contacts whose caller they recorded themselves.

use chrono::TimeDelta;
use confide::access::schema::contact_crises;
use confide::people::Role;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::clinical_record::InCare;
use crate::support::contacts::without_ids;
use crate::support::{Kind, TestApp, apply, both_engines};

const STRANGER: &str = "ann.strange@example.org";
/// How many alerts a coordinator may raise in a day from contacts of their own.
const MOST: usize = 10;

/// Count and account of each flag about such alerts.
async fn flags(officer: &Actor) -> Vec<(i64, String)> {
    let flags = officer.get("/v1/audit-flags").send().await.expect(200);
    let about_alerts = flags.items().iter().filter(|flag| flag["kind"] == "contact_alerts");
    about_alerts.map(|flag| (flag["count"].as_i64().unwrap(), flag["actor_id"].as_str().unwrap().to_owned())).collect()
}

async fn logged_by(staff: &Actor, caller: Value) -> String {
    staff.logs_contact("phone", caller).await.expect(201).id()
}

async fn crises_stored(app: &TestApp) -> i64 {
    app.sql(|conn| Ok(contact_crises::table.count().get_result(conn)?)).await
}

#[apply(both_engines)]
async fn alert_of_a_coordinator_from_a_contact_of_their_own_is_flagged_whether_or_not_anyone_is_recognised(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let mut answers = Vec::new();
    for (number, email) in [STRANGER, &ada.email].into_iter().enumerate() {
        let contact = logged_by(&cory, json!({ "email": email })).await;
        let raised = cory.raises_contact_alert(&contact, "urgent", None).await.expect(202);
        answers.push(without_ids(&raised.body));
        assert_eq!(flags(&pia).await, [(i64::try_from(number).unwrap() + 1, cory.id.to_string())], "before anyone is looked up");
    }
    assert_eq!(answers[0], answers[1]);
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await.len(), 1);
    assert_eq!(app.count_emails_about(&pia, "Something waits for your review").await, 1, "one for the flag");
}

#[apply(both_engines)]
async fn triage_counts_too_and_an_address_that_the_coordinator_enters_later(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let anonymous = logged_by(&hanna, json!({})).await;
    cory.triages_contact(&anonymous, &["needs_today"]).await.expect(200);
    cory.raises_contact_alert(&anonymous, "immediate", None).await.expect(202);
    assert_eq!(flags(&pia).await, [], "the contact of someone else");

    let etag = cory.reads_contact(&anonymous).await.expect(200).etag();
    let form = json!({ "caller": { "email": STRANGER } });
    cory.put(&format!("/v1/contacts/{anonymous}"), form).if_match(&etag).send().await.expect(200);
    cory.triages_contact(&anonymous, &["needs_today"]).await.expect(200);
    assert_eq!(flags(&pia).await, [(3, cory.id.to_string())], "all alerts from it");
    let own = logged_by(&cory, json!({ "email": STRANGER })).await;
    cory.triages_contact(&own, &["wants_information"]).await.expect(200);
    assert_eq!(flags(&pia).await, [(3, cory.id.to_string())], "no crisis");
    cory.triages_contact(&own, &["immediate_danger"]).await.expect(200);
    assert_eq!(flags(&pia).await, [(4, cory.id.to_string())]);
}

#[apply(both_engines)]
async fn address_that_a_coordinator_enters_while_their_alert_waits_counts_and_a_later_one_does_not(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let (late, waiting) = (logged_by(&hanna, json!({})).await, logged_by(&hanna, json!({})).await);
    let form = json!({ "caller": { "email": STRANGER } });
    cory.raises_contact_alert(&late, "urgent", None).await.expect(202);
    app.run_contact_crises().await;
    cory.put(&format!("/v1/contacts/{late}"), form.clone()).if_match("*").send().await.expect(200);
    assert_eq!(flags(&pia).await, [], "no one is looked up by it");
    cory.raises_contact_alert(&waiting, "urgent", None).await.expect(202);
    cory.put(&format!("/v1/contacts/{waiting}"), form).if_match("*").send().await.expect(200);
    assert_eq!(flags(&pia).await, [(2, cory.id.to_string())], "with the earlier one, whose caller they have recorded by now");
}

#[apply(both_engines)]
async fn call_handlers_who_see_no_alerts_are_neither_flagged_nor_limited(app: TestApp) {
    let (hanna, pia) = (app.call_handler().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let contact = logged_by(&hanna, json!({ "email": STRANGER })).await;
    for _ in 0..=MOST {
        hanna.raises_contact_alert(&contact, "urgent", None).await.expect(202);
    }
    assert_eq!(flags(&pia).await, []);
}

#[apply(both_engines)]
async fn number_from_which_on_it_is_flagged_is_a_setting(kind: Kind) {
    let mut settings = TestSettings::default();
    settings.policy.flag_contact_alerts = 2;
    let app = TestApp::start_with(kind, settings).await;
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    let contact = logged_by(&cory, json!({ "email": STRANGER })).await;
    cory.raises_contact_alert(&contact, "urgent", None).await.expect(202);
    assert_eq!(flags(&pia).await, []);
    cory.raises_contact_alert(&contact, "urgent", None).await.expect(202);
    assert_eq!(flags(&pia).await, [(2, cory.id.to_string())]);
}

#[apply(both_engines)]
async fn coordinator_raises_ten_alerts_a_day_from_their_own_contacts_and_any_number_where_life_is_in_danger(app: TestApp) {
    let (cory, dana) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let contact = logged_by(&cory, json!({ "email": STRANGER })).await;
    for _ in 0..MOST {
        cory.raises_contact_alert(&contact, "same_day", None).await.expect(202);
    }
    let other = logged_by(&cory, json!({})).await;
    let stored = crises_stored(&app).await;
    for contact in [&contact, &other] {
        cory.raises_contact_alert(contact, "urgent", None).await.expect(429).expect_problem("too_many_requests");
    }
    assert_eq!(crises_stored(&app).await, stored, "nothing is half written");
    dana.raises_contact_alert(&contact, "urgent", None).await.expect(202);

    cory.raises_contact_alert(&contact, "immediate", None).await.expect(202);
    cory.triages_contact(&other, &["needs_today"]).await.expect(200);
    cory.raises_contact_alert(&other, "urgent", None).await.expect(429);
    cory.triages_contact(&other, &["immediate_danger"]).await.expect(200);
    cory.raises_contact_alert(&other, "urgent", None).await.expect(202);

    app.clock.advance(TimeDelta::days(1));
    let cory = cory.signs_in_again().await;
    cory.raises_contact_alert(&logged_by(&cory, json!({})).await, "urgent", None).await.expect(202);
}

#[apply(both_engines)]
async fn reference_that_a_coordinator_states_counts_also_in_the_contact_of_someone_else(app: TestApp) {
    let InCare { ada, .. } = app.in_care().await;
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let reference = ada.own_reference().await;
    for (number, caller) in [(1, hanna), (2, cory.clone())] {
        let contact = logged_by(&caller, json!({})).await;
        cory.raises_contact_alert(&contact, "urgent", Some(&reference)).await.expect(202);
        assert_eq!(flags(&pia).await, [(number, cory.id.to_string())]);
        app.run_contact_crises().await;
    }
    let contact = logged_by(&cory, json!({})).await;
    for number in 3..=10 {
        cory.raises_contact_alert(&contact, "urgent", Some(&reference)).await.expect(202);
        assert_eq!(flags(&pia).await, [(number, cory.id.to_string())], "also after the others were handled");
    }
    let stored = crises_stored(&app).await;
    cory.raises_contact_alert(&contact, "urgent", Some(&reference)).await.expect(429).expect_problem("too_many_requests");
    assert_eq!(crises_stored(&app).await, stored);
    cory.raises_contact_alert(&contact, "immediate", Some(&reference)).await.expect(202);
    assert_eq!(flags(&pia).await, [(11, cory.id.to_string())]);
}
