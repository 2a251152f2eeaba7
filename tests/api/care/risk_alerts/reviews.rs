//! The review that a risk assessment asks for: staff are notified on its day and once more, until there is a later assessment.

use chrono::TimeDelta;
use confide::care::risk::jobs::notify_due_reviews;
use confide::care::schema::risk_reviews;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::platform::ids::{Id, UtcTime};
use diesel::prelude::*;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::{InCare, record_path};
use crate::support::practitioners::phq9_at_risk;
use crate::support::races::at_once;
use crate::support::risk::{assessment_reviewed_on, risk_assessment};
use crate::support::{TestApp, apply, both_engines};

const DUE: &str = "Something that was planned is due";
const SOMEONE_NEEDED: &str = "Someone is needed for something that is due";
const COORDINATOR_NEEDED: &str = "Another coordinator is needed now";

/// A row of a review: when staff are notified next, when they were last, and since when coordinators are asked.
type Row = (Option<UtcTime>, Option<UtcTime>, Option<UtcTime>);

impl TestApp {
    /// How many emails with this subject each of these people got.
    async fn counts_of(&self, subject: &str, people: &[&Actor]) -> Vec<usize> {
        let mut counts = Vec::new();
        for person in people {
            counts.push(self.email_subjects_to(&person.email).await.iter().filter(|one| *one == subject).count());
        }
        counts
    }

    async fn review_rows(&self) -> Vec<Row> {
        let columns = (risk_reviews::next_step_at, risk_reviews::notified_at, risk_reviews::coordinators_since);
        self.sql(move |conn| Ok(risk_reviews::table.select(columns).load(conn)?)).await
    }

    /// Moves the clock and runs the job; returns how many reviews it dealt with.
    async fn reviews_at(&self, time: &str) -> usize {
        self.advance_clock_to(time);
        self.run_review_jobs().await
    }
}

fn at(time: &str) -> Option<UtcTime> {
    Some(time.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into())
}

/// The basis on which a coordinator knows of a practitioner; none where they do not.
async fn basis(cory: &Actor, ada: &Actor) -> Option<String> {
    let reply = cory.signs_in_again().await.reads_practitioner(ada).await;
    if reply.status == 404 { None } else { Some(reply.expect(200).text("basis")) }
}

#[apply(both_engines)]
async fn clinicians_who_treat_are_notified_in_the_morning_of_the_day_and_on_the_next_working_day(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, dora, eve) =
        (app.coordinator().await, app.dora().await, app.clinician("Eve Clinician").employed_by("A1A1A").await);
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    // A Friday.
    let assessed = cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-15")).await.expect(201).id();
    assert_eq!(app.review_rows().await, [(at("2027-01-15T08:00:00Z"), None, None)]);
    let people = [&cleo, &dora, &eve, &cory];

    assert_eq!(app.reviews_at("2027-01-15T07:59:59Z").await, 0);
    assert_eq!(app.reviews_at("2027-01-15T08:00:00Z").await, 1);
    assert_eq!(app.run_review_jobs().await, 0, "once");
    assert_eq!(app.counts_of(DUE, &people).await, [1, 1, 0, 0]);
    let first = at("2027-01-15T08:00:00Z");
    assert_eq!(app.review_rows().await, [(at("2027-01-18T08:00:00Z"), first, None)], "the Monday");

    assert_eq!(app.reviews_at("2027-01-17T09:00:00Z").await, 0);
    assert_eq!(app.reviews_at("2027-01-18T08:00:00Z").await, 1);
    assert_eq!(app.counts_of(DUE, &people).await, [2, 2, 0, 0]);
    assert_eq!(app.reviews_at("2027-02-18T09:00:00Z").await, 0, "no third time");
    assert_eq!(app.counts_of(DUE, &people).await, [2, 2, 0, 0]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &people).await, [0, 0, 0, 0]);
    assert_eq!(app.audit_count_of("risk_review.notified", assessed.parse().unwrap()).await, 2);
    assert_eq!(basis(&cory, &ada).await, None, "her clinicians see to it");
}

#[apply(both_engines)]
async fn later_assessment_ends_the_review_before_and_between_the_notifications(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let record = async |assessment| cleo.signs_in_again().await.records_risk_assessment(&ada, assessment).await.expect(201);
    record(assessment_reviewed_on("2027-01-13")).await;
    // It has a day of its own, which counts instead.
    record(assessment_reviewed_on("2027-01-14")).await;
    assert_eq!(app.review_rows().await, [(at("2027-01-14T08:00:00Z"), None, None)]);
    assert_eq!(app.reviews_at("2027-01-13T08:00:00Z").await, 0);
    assert_eq!(app.reviews_at("2027-01-14T08:00:00Z").await, 1);
    assert_eq!(app.counts_of(DUE, &[&cleo]).await, [1]);

    record(risk_assessment()).await;

    assert!(app.review_rows().await.is_empty(), "it asks for no review");
    assert_eq!(app.reviews_at("2027-01-15T08:00:00Z").await, 0);
    assert_eq!(app.counts_of(DUE, &[&cleo]).await, [1]);

    // A message that has not been sent is not sent any more.
    record(assessment_reviewed_on("2027-01-20")).await;
    assert_eq!(app.reviews_at("2027-01-20T08:00:00Z").await, 1);
    record(risk_assessment()).await;
    assert_eq!(app.counts_of(DUE, &[&cleo]).await, [1]);
    let (kind, state) = app.notifications_to(cleo.id).await.pop().unwrap();
    assert_eq!((kind.as_str(), state.as_str()), ("risk_review_due", "dropped"));
}

#[apply(both_engines)]
async fn assessment_that_closes_an_alert_asks_for_a_review_too(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    let dora = app.clinician_on_duty(&cory).await;
    let alert = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    dora.closes_alert_with(&alert, assessment_reviewed_on("2027-01-12")).await.expect(200);

    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);

    assert_eq!(app.counts_of(DUE, &[&cleo, &dora]).await, [1, 0], "who treats her, and not who was on duty");
}

#[apply(both_engines)]
async fn coordinators_find_a_clinician_where_none_treats_the_practitioner_any_more(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, dora) = (app.coordinator().await, app.dora().await);
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-14")).await.expect(201);
    app.close_account(&cleo).await;
    assert_eq!(basis(&cory, &ada).await, None);

    assert_eq!(app.reviews_at("2027-01-14T08:00:00Z").await, 1);

    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [1]);
    assert_eq!(app.counts_of(DUE, &[&cleo, &cory]).await, [0, 0]);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("risk_review"));
    let cory = cory.signs_in_again().await;
    let listed = cory.get("/v1/practitioners").send().await.expect(200);
    assert_eq!((listed.items().len(), &listed.items()[0]["basis"]), (1, &json!("risk_review")));
    cory.get(&record_path(&ada, "risk-assessments")).send().await.expect_problem("wrong_role");
    cory.replaces(&ada, "lead-clinician", json!({ "clinician_id": dora.id })).await.expect(200);

    // The second time there is someone who treats her, and the coordinator need not know of her any more.
    assert_eq!(app.reviews_at("2027-01-15T08:00:00Z").await, 1);
    assert_eq!(app.counts_of(DUE, &[&dora]).await, [1]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [1]);
    assert_eq!(basis(&cory, &ada).await, None);
    dora.signs_in_again().await.records_risk_assessment(&ada, risk_assessment()).await.expect(201);
    assert!(app.review_rows().await.is_empty());
}

#[apply(both_engines)]
async fn clinician_with_a_missed_appointment_alone_is_not_asked_for_a_review(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    let eve = app.clinician("Eve Clinician").employed_by("A1A1A").await;
    let missed = app.appointment(&ada, &eve, app.now().get()).await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert = cory.open_alerts().await.remove(0);
    let dora = app.clinician_on_duty(&cory).await;
    dora.closes_alert_with(&alert, assessment_reviewed_on("2027-01-12")).await.expect(200);
    app.set_appointment_status(missed, "not_attended").await;

    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);

    assert_eq!(app.counts_of(DUE, &[&eve, &dora]).await, [0, 0]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [1]);
}

#[apply(both_engines)]
async fn coordinators_are_asked_where_every_clinician_who_treats_must_not_meet_the_practitioner(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, rosa) = (app.coordinator().await, app.staff("Rosa Lind", Role::Coordinator).await);
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-12")).await.expect(201);
    ada.blocks(&cleo).await.expect(201);
    ada.blocks_name(&rosa.name).await.expect(201);

    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);

    assert_eq!(app.counts_of(DUE, &[&cleo, &cory, &rosa]).await, [0, 0, 0]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory, &rosa]).await, [1, 0]);
    assert_eq!(basis(&rosa, &ada).await, None);
}

#[apply(both_engines)]
async fn privacy_officers_are_asked_for_a_coordinator_where_none_may_see_the_review(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, pia) = (app.coordinator().await, app.staff("Pia Vale", Role::PrivacyOfficer).await);
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-14")).await.expect(201);
    ada.blocks_name(&cory.name).await.expect(201);
    app.close_account(&cleo).await;

    assert_eq!(app.reviews_at("2027-01-14T08:00:00Z").await, 1);

    assert_eq!(app.counts_of(COORDINATOR_NEEDED, &[&pia, &cory]).await, [1, 0]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [0]);
    assert_eq!(basis(&cory, &ada).await, None);
    // A new coordinator sees to it, and is notified the second time.
    let nell = app.staff("Nell Frost", Role::Coordinator).await;
    assert_eq!(basis(&nell, &ada).await.as_deref(), Some("risk_review"));
    assert_eq!(app.reviews_at("2027-01-15T08:00:00Z").await, 1);
    assert_eq!(app.counts_of(COORDINATOR_NEEDED, &[&pia]).await, [1]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&nell, &cory]).await, [1, 0]);
}

/// Care ends for this reason; then no one is notified of the review.
async fn care_ends_the_review(app: &TestApp, reason: &str) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-12")).await.expect(201);
    let form = json!({ "reason": reason, "summary": "Care has ended." });
    cleo.post(&record_path(&ada, "discharge"), form).send().await.expect(201);
    assert_eq!(app.row_count("risk_reviews").await, 0);

    assert_eq!(app.reviews_at("2027-01-13T09:00:00Z").await, 0);

    // Cleo still reads the record, and is not notified either.
    cleo.signs_in_again().await.get(&record_path(&ada, "risk-assessments")).send().await.expect(200).expect_items();
    assert_eq!(app.counts_of(DUE, &[&cleo]).await, [0]);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [0]);
}

#[apply(both_engines)]
async fn discharge_ends_the_review_also_for_clinicians_in_their_reading_time(app: TestApp) {
    care_ends_the_review(&app, "completed").await;
}

#[apply(both_engines)]
async fn death_ends_the_review(app: TestApp) {
    care_ends_the_review(&app, "died").await;
}

#[apply(both_engines)]
async fn review_that_is_asked_for_after_a_discharge_is_not_chased(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert = cory.open_alerts().await.remove(0);
    app.set_pathway(&ada, Pathway::Discharged).await;
    let dora = app.clinician_on_duty(&cory).await;
    dora.closes_alert_with(&alert, assessment_reviewed_on("2027-01-12")).await.expect(200);
    assert_eq!(app.row_count("risk_reviews").await, 1);

    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);

    assert_eq!(app.row_count("risk_reviews").await, 0);
    assert_eq!(app.counts_of(SOMEONE_NEEDED, &[&cory]).await, [0]);
    assert_eq!(basis(&cory, &ada).await, None);
}

#[apply(both_engines)]
async fn review_of_today_is_notified_on_the_next_working_day(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    app.advance_clock_to("2027-01-15T14:00:00Z");
    let cleo = cleo.signs_in_again().await;
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-15")).await.expect(201);
    assert_eq!(app.run_review_jobs().await, 0, "she has just been assessed");
    assert_eq!(app.review_rows().await, [(at("2027-01-18T08:00:00Z"), None, None)]);
}

#[apply(both_engines)]
async fn messages_about_reviews_name_no_one_and_no_risk(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-12")).await.expect(201);
    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);
    let mut emails = vec![app.expect_emails_to(&cleo.email).await.pop().unwrap()];
    app.close_account(&cleo).await;
    assert_eq!(app.reviews_at("2027-01-13T08:00:00Z").await, 1);
    emails.push(app.expect_emails_to(&pia.email).await.pop().unwrap());
    // There is a coordinator for the next one.
    let cory = app.coordinator().await;
    let bea = app.practitioner("Bea Byron").await;
    let dora = app.clinician_on_duty(&cory).await;
    let alert = cory.raises_concern(&bea, "urgent").await.expect(201).id();
    dora.closes_alert_with(&alert, assessment_reviewed_on("2027-01-14")).await.expect(200);
    assert_eq!(app.reviews_at("2027-01-14T08:00:00Z").await, 1);
    emails.push(app.expect_emails_to(&cory.email).await.pop().unwrap());
    assert_eq!(emails.iter().map(|email| email.subject.as_str()).collect::<Vec<_>>(), [DUE, COORDINATOR_NEEDED, SOMEONE_NEEDED]);
    for email in emails {
        let text = format!("{} {}", email.subject, email.body);
        assert!(!text.contains(&ada.id.to_string()) && !text.contains(&bea.id.to_string()), "{text}");
        for word in ["Ada", "Bea", "Byron", "Confide", "risk", "alert", "assess", "health", "practitioner", "clinician", "safety"]
        {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
}

#[apply(both_engines)]
async fn several_instances_notify_once(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-12")).await.expect(201);
    app.advance_clock_to("2027-01-12T08:00:00Z");
    let done = at_once(4, |_| app.write(notify_due_reviews)).await;
    assert_eq!(done.iter().sum::<usize>(), 1);
    assert_eq!(app.counts_of(DUE, &[&cleo]).await, [1]);
}

#[apply(both_engines)]
async fn practitioner_learns_why_a_coordinator_looked(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let cory = app.coordinator().await;
    let assessed: Id =
        cleo.records_risk_assessment(&ada, assessment_reviewed_on("2027-01-12")).await.expect(201).id().parse().unwrap();
    app.close_account(&cleo).await;
    assert_eq!(app.reviews_at("2027-01-12T08:00:00Z").await, 1);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("risk_review"));
    assert_eq!(app.audit_count_of("risk_review.notified", assessed).await, 1);
    let log = ada.signs_in_again().await.get("/v1/me/access-log?limit=100").send().await.expect(200);
    let looked = log.items().iter().find(|entry| entry["action"] == "practitioner.read" && entry["own"] == json!(false));
    assert_eq!(looked.unwrap()["reason"], "They find someone to speak to you, as was planned.");
}
