//! Flags of what privacy officers read in the audit trail, and of lists of practitioners.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::audit_trail::flags::jobs::find_unusual;
use confide::platform::schema::audit_events::dsl;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestSettings;
use crate::support::reply::Reply;
use crate::support::{Kind, TestApp, apply, both_engines};

async fn officer(app: &TestApp, name: &str) -> Actor {
    app.staff(name, Role::PrivacyOfficer).await
}

impl Actor {
    async fn exports_events(&self, query: &str) -> Reply {
        self.get(&format!("/v1/audit-events/export?{query}")).send().await
    }

    /// Kind and count of each flag, the newest first.
    async fn lists_flags(&self) -> Vec<(String, i64)> {
        let flags = self.get("/v1/audit-flags").send().await.expect(200);
        let kind = |flag: &Value| (flag["kind"].as_str().unwrap().to_owned(), flag["count"].as_i64().unwrap());
        flags.items().iter().map(kind).collect()
    }
}

#[apply(both_engines)]
async fn export_needs_a_reason_and_is_about_one_person_or_a_month(app: TestApp) {
    let (ada, pia) = (app.practitioner("Ada Byron").await, officer(&app, "Pia Vale").await);
    pia.exports_events(&format!("practitioner_id={}", ada.id)).await.expect(400);
    pia.exports_events("reason=curiosity").await.expect(400);
    let month = "from=2027-01-01T00:00:00Z&until=2027-02-01T00:00:00Z";
    for too_much in ["", "&action=note.read", "&until=2027-02-01T00:00:00Z", "&from=2026-01-01T00:00:00Z"] {
        let refused = pia.exports_events(&format!("reason=incident{too_much}")).await;
        refused.expect_field("invalid_parameter", "from");
    }
    let longer = format!("reason=incident&{month}").replace("until=2027-02-01T00:00:00Z", "until=2027-02-01T00:00:01Z");
    pia.exports_events(&longer).await.expect_field("invalid_parameter", "from");
    for allowed in [month.to_owned(), format!("practitioner_id={}", ada.id), format!("actor_id={}", ada.id)] {
        pia.exports_events(&format!("reason=practitioner_asked&{allowed}")).await.expect(200);
    }
}

#[apply(both_engines)]
async fn each_export_is_flagged_with_rows_and_reason_for_another_privacy_officer(app: TestApp) {
    let (pia, quin) = (officer(&app, "Pia Vale").await, officer(&app, "Quin Reed").await);
    let query = format!("reason=incident&actor_id={}", pia.id);
    let file = pia.exports_events(&query).await.expect(200);
    let rows = i64::try_from(String::from_utf8(file.body.to_vec()).unwrap().lines().count()).unwrap() - 1;
    assert!(rows > 0);
    let flags = quin.get("/v1/audit-flags").send().await.expect(200);
    let flag = &flags.expect_items()[0];
    assert_eq!((&flag["kind"], &flag["count"]), (&json!("trail_exported"), &json!(rows)));
    assert_eq!((&flag["reason"], &flag["actor_name"]), (&json!("incident"), &json!(pia.name)));
    let subject: Vec<String> = app
        .sql(|conn| {
            let exports = dsl::audit_events.filter(dsl::action.eq("audit_event.exported"));
            let ids: Vec<Option<confide::platform::ids::Id>> = exports.select(dsl::subject_id).load(conn)?;
            Ok(ids.into_iter().flatten().map(|id| id.to_string()).collect())
        })
        .await;
    assert_eq!(json!(subject), json!([flag["id"]]), "the row leads to the flag with the number of rows");

    let review = format!("/v1/audit-flags/{}/review", flag["id"].as_str().unwrap());
    let form = json!({ "outcome": "explained", "note": "She asked us." });
    pia.post(&review, form.clone()).send().await.expect_problem("own_account");
    quin.post(&review, form).send().await.expect(200);
    pia.exports_events(&query).await.expect(200);
    assert_eq!(quin.lists_flags().await.len(), 2, "the next one has a flag of its own");
    assert!(app.emails_to(&pia.email).await.is_empty());
    app.expect_emails_to(&quin.email).await;
}

#[apply(both_engines)]
async fn list_of_the_trail_without_a_filter_is_flagged(app: TestApp) {
    let (pia, quin) = (officer(&app, "Pia Vale").await, officer(&app, "Quin Reed").await);
    for query in [format!("actor_id={}", pia.id), "flagged=true".to_owned()] {
        pia.get(&format!("/v1/audit-events?{query}")).send().await.expect(200);
    }
    assert!(quin.lists_flags().await.is_empty(), "each list was about someone, or about flags");
    for query in ["limit=1", "limit=2&refused=false"] {
        pia.get(&format!("/v1/audit-events?{query}")).send().await.expect(200);
    }
    assert_eq!(quin.lists_flags().await, [("trail_listed".to_owned(), 3)], "one flag a day with the rows that were shown");
}

#[apply(both_engines)]
async fn flag_of_the_only_privacy_officer_waits_and_administrators_learn_only_how_many_there_are(app: TestApp) {
    let (avery, pia) = (app.administrator().await, officer(&app, "Pia Vale").await);
    pia.exports_events(&format!("reason=routine_review&actor_id={}", pia.id)).await.expect(200);
    assert!(app.emails_to(&pia.email).await.is_empty());
    let emails = app.expect_emails_to(&avery.email).await;
    let email = emails.last().unwrap();
    assert!(email.body.contains("1 review waits for another privacy officer"), "{}", email.body);
    assert!(!email.body.contains(&pia.name), "{}", email.body);
    let flags = pia.get("/v1/audit-flags?reviewed=false").send().await.expect(200);
    let review = format!("/v1/audit-flags/{}/review", flags.expect_items()[0]["id"].as_str().unwrap());
    let form = json!({ "outcome": "explained", "note": "My own." });
    pia.post(&review, form.clone()).send().await.expect_problem("own_account");
    officer(&app, "Quin Reed").await.post(&review, form).send().await.expect(200);
}

/// A coordinator who reads the list of practitioners several times, and the kinds of the flags that are found.
async fn flags_of_lists(kind: Kind, most_listed: u32) -> Vec<(String, i64)> {
    let mut settings = TestSettings::default();
    (settings.policy.flag_staff_reads, settings.policy.flag_lists) = (2, most_listed);
    let app = TestApp::start_with(kind, settings).await;
    for name in ["Ada Byron", "Bea Quill", "Cay Marsh"] {
        app.practitioner(name).await;
    }
    // At night, and again and again, as apps do.
    app.advance_clock_to("2027-01-12T01:00:00Z");
    let cory = app.coordinator().await;
    for _ in 0..3 {
        let cory = cory.signs_in_again().await;
        assert_eq!(cory.get("/v1/practitioners").send().await.expect(200).expect_items().len(), 3);
        app.clock.advance(TimeDelta::minutes(11));
    }
    app.write(find_unusual).await;
    officer(&app, "Pia Vale").await.lists_flags().await
}

#[apply(both_engines)]
async fn lists_count_each_practitioner_once_a_day_and_have_a_limit_of_their_own(kind: Kind) {
    assert!(flags_of_lists(kind, 4).await.is_empty(), "neither many practitioners nor work at night");
    assert_eq!(flags_of_lists(kind, 3).await, [("many_practitioners".to_owned(), 3)]);
}

#[apply(both_engines)]
async fn reading_about_a_practitioner_who_keeps_the_officer_away_is_a_refusal_that_names_them(app: TestApp) {
    let (pia, ada) = (app.staff("Pia Warden", Role::PrivacyOfficer).await, app.practitioner("Ada Byron").await);
    ada.blocks_name(&pia.name).await.expect(201);
    for query in ["practitioner_id", "subject_id"] {
        let list = pia.get(&format!("/v1/audit-events?{query}={}", ada.id)).send().await.expect(200);
        assert!(list.items().is_empty());
    }
    assert_eq!(app.refusal_count_of("audit_event.listed", ada.id).await, 2);
    pia.exports_events(&format!("reason=incident&practitioner_id={}", ada.id)).await.expect(200);
    assert_eq!(app.refusal_count_of("audit_event.exported", ada.id).await, 1);
    assert_eq!(app.row_count("audit_flags").await, 1, "each export is flagged");
}
