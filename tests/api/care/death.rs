//! What ends when a death is recorded, what other discharges end, and that nothing is sent to a practitioner who has died.

use chrono::TimeDelta;
use confide::access::contacts;
use confide::care::assessment::model::AssessmentPurpose;
use confide::care::assessment::queries as assessments;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::platform::audit::Actor as By;
use confide::platform::ids::Id;
use confide::platform::outbox::transport::Transport;
use confide::platform::outbox::worker::{Sender, send_due};
use confide::platform::outbox::{Decision, Email, Message, NotificationRegistry, Render};
use confide::platform::schema::outbox;
use confide::scheduling::calendar::model::AppointmentKind;
use confide::scheduling::schema::slots;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::actors::{Actor, PASSWORD};
use crate::support::clinical_record::{InCare, ended_counts, note_about, record_path, settling_everything};
use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::funding::approve_sessions;
use crate::support::groups::{therapy, with_changes};
use crate::support::letters::employer_letter;
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::sertraline;
use crate::support::{TestApp, apply, both_engines};

fn because(reason: &str) -> Value {
    json!({ "reason": reason, "summary": "Reported by her family." })
}

impl TestApp {
    /// The number of messages queued for an account.
    async fn queued_messages_for(&self, account: Id) -> i64 {
        self.sql(move |conn| {
            let theirs = outbox::table.filter(outbox::recipient_id.eq(Some(account)));
            Ok(theirs.filter(outbox::state.eq_any(["queued", "claimed"])).count().get_result(conn)?)
        })
        .await
    }

    async fn slots_held_by(&self, practitioner: &Actor) -> i64 {
        let id = practitioner.id;
        self.sql(move |conn| Ok(slots::table.filter(slots::held_by.eq(Some(id))).count().get_result(conn)?)).await
    }

    /// Opens a request from that address, with the task to call back.
    async fn opens_contact_task_for(&self, email: &str) {
        let email = email.to_owned();
        self.write(move |tx| {
            let details = contacts::model::ContactDetails { email: Some(email.clone()), ..Default::default() };
            let (channel, origin) = (contacts::model::ContactChannel::Web, contacts::model::ContactOrigin::Outreach);
            let new = contacts::queries::NewContact { channel, origin, details };
            contacts::create_call_back_request(tx, &new, By::ANONYMOUS)
        })
        .await;
    }
}

#[apply(both_engines)]
async fn recording_a_death_ends_all_arrangements_and_lists_what_ended(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let group = app.group(therapy).await;
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    let place = ada.enrols(&group.id, "kestrel").await.expect(201).id();
    let seen = app.past_appointment(&ada, &cleo).await;
    let follow_up = cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(seen)).await.expect(201).id();
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    let unsigned = cleo.drafts_prescription(&ada, sertraline()).await.expect(201).id();
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let note = cleo.writes_note(&ada, note_about(seen)).await.expect(201).header("location").unwrap().to_owned();
    let booked = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let appointment = ada.books(&booked).await.expect(201).id();
    let held = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Treatment).await;
    ada.holds(&held).await.expect(200);
    let (ada_id, cleo_id) = (ada.id, cleo.id);
    app.write(move |tx| assessments::start(tx, ada_id, AssessmentPurpose::Review, Some(cleo_id))).await;
    let risky = ada.starts_assessment().await;
    ada.answers(&risky, "phq-9", phq9_at_risk(2)).await.expect(200);
    let hub = app.harbour_hub().await;
    let referral = group.cory.refers_to_hub(&ada, &hub).await;
    app.opens_contact_task_for(&ada.email).await;
    let before = app.email_subjects_to(&ada.email).await.len();
    assert!(app.queued_messages_for(ada.id).await > 0, "reminders are queued");

    let response = cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);

    let expected = [
        ("account", 1),
        ("appointments", 1),
        ("contact_tasks", 1),
        ("follow_ups", 1),
        ("group_places", 1),
        ("holds", 1),
        ("referrals", 1),
        ("prescriptions", 2),
        ("letters", 1),
        ("questionnaires", 1),
        ("risk_alerts", 1),
    ];
    let mut counts = ended_counts(&response);
    assert!(counts.remove("messages").is_some_and(|count| count > 0));
    assert_eq!(counts, expected.into_iter().map(|(what, count)| (what.to_owned(), count)).collect());
    assert_eq!(
        ended_counts(&cleo.reads(&ada, "discharge").await.expect(200)),
        ended_counts(&response),
        "it can be read later too"
    );

    assert_eq!(app.queued_messages_for(ada.id).await, 0);
    assert_eq!((app.slot_state(&booked).await, app.slots_held_by(&ada).await), ("free".into(), 0));
    assert_eq!(cleo.reads_appointment(&appointment).await.expect(200).text("state"), "cancelled");
    assert_eq!(group.cory.reads_enrolment(&place).await.expect(200).text("state"), "removed");
    assert_eq!(group.cory.reads_follow_up(&follow_up).await.expect(200).text("state"), "care_ended");
    for prescription in [&prescription, &unsigned] {
        let cancelled = cleo.reads_prescription(prescription).await.expect(200);
        assert_eq!((cancelled.text("state"), &cancelled.json["cancellation"]["reason"]), ("cancelled".into(), &json!("death")));
    }
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).text("state"), "cancelled");
    // The record can still be completed: the author signs a note for as long as they may read the record.
    assert_eq!(cleo.signs_note(&note).await.expect(200).text("state"), "signed");
    assert_eq!(group.cory.reads_referral(&referral).await.expect(200).text("state"), "withdrawn");
    assert!(group.cory.contact_tasks("state=waiting").await.is_empty());
    assert!(group.cory.open_alerts().await.is_empty());
    let alert = group.cory.newest_alert().await["id"].as_str().unwrap().to_owned();
    let closed = group.cory.reads_alert(&alert).await;
    assert_eq!((closed.text("state"), closed.text("closing_note")), ("closed".into(), "The practitioner has died.".into()));
    assert_eq!((&closed.json["risk_assessment_id"], closed.text("closed_by")), (&Value::Null, cleo.id.to_string()));
    assert_eq!(app.run_risk_jobs().await, 0, "nothing is escalated any more");
    ada.get("/v1/me/registration").send().await.expect_problem("not_signed_in");
    app.sign_in(&ada.email, PASSWORD).await.expect_problem("invalid_credentials");

    // Later events that would send a message send none.
    app.post("/v1/password-resets", json!({ "email": ada.email })).send().await.expect(202);
    app.registers(&app.registration(&ada.name)).await.expect(201);
    let session = group.cory.sessions_of(&group.id).await[0]["id"].as_str().unwrap().to_owned();
    group.cory.cancels_session(&session).await.expect(200);
    for _ in 0..4 {
        app.clock.advance(TimeDelta::days(8));
        app.run_follow_up_jobs().await;
        app.deliver_due_messages().await;
    }
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), before, "{:?}", app.email_subjects_to(&ada.email).await);
}

#[apply(both_engines)]
async fn death_completes_the_tasks_of_contacts_that_state_the_reference(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    let mut contacts = Vec::new();
    let own = ada.own_reference().await;
    for (reference, needs) in [
        (own.as_str(), &["needs_today"][..]),
        ("CF-2222-2222", &["needs_today"]),
        (own.as_str(), &["needs_today", "about_someone_else"]),
    ] {
        let contact = hanna.logs_contact("phone", json!({ "stated_reference": reference })).await.expect(201).id();
        hanna.triages_contact(&contact, needs).await.expect(200);
        contacts.push(contact);
    }
    assert_eq!(hanna.contact_tasks("state=waiting").await.len(), 3);

    let response = cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);

    assert_eq!(ended_counts(&response).get("contact_tasks"), Some(&1));
    let waiting = hanna.get("/v1/contact-tasks?state=waiting").send().await.expect(200);
    let of: Vec<&Value> = waiting.items().iter().map(|task| &task["contact_id"]).collect();
    assert_eq!(of, [&json!(contacts[1]), &json!(contacts[2])], "another reference, and a caller who worries about her");
}

#[apply(both_engines)]
async fn no_message_is_sent_to_a_practitioner_who_has_died(app: TestApp) {
    fn always(
        _: &mut confide::platform::Tx,
        notification: &confide::platform::outbox::ScheduledNotification,
    ) -> Result<Decision, confide::platform::error::Error> {
        let to = format!("{}@example.org", notification.recipient);
        Ok(Decision::Send(Message::Email(Email { to, subject: "News".into(), body: "News.\n".into() })))
    }
    let InCare { ada, cleo, .. } = app.in_care().await;
    let bea = app.practitioner("Bea Byron").await;
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    app.deliver_due_messages().await;
    let kinds: Vec<&'static str> = confide::server::notification_registry().kinds().collect();
    assert!(kinds.len() > 15, "{kinds:?}");
    let (ada_id, bea_id, email, queued) = (ada.id, bea.id, ada.email.clone(), kinds.clone());
    app.write(move |tx| {
        for kind in &queued {
            for recipient in [ada_id, bea_id] {
                confide::platform::outbox::schedule_notification(tx, kind, recipient, ("anything", Id::new(tx.now)), tx.now)?;
            }
        }
        let message = Email { to: email.to_uppercase(), subject: "News".into(), body: "News.\n".into() };
        confide::platform::outbox::queue_email(tx, "anything", &message).map(|_| ())
    })
    .await;
    let composers = NotificationRegistry::new(kinds.iter().map(|kind| (*kind, always as Render)), []);
    let folder = app.outbox_folder();
    let sender = Sender::new(Transport::folder("no-reply@example.org", folder).unwrap(), composers);
    while send_due(&app.platform, &sender).await.unwrap() > 0 {}
    let queued_at = app.now();
    let states = async |recipient: Option<Id>| {
        app.sql(move |conn| {
            let rows = outbox::table.filter(outbox::created_at.eq(queued_at)).filter(
                outbox::kind.eq_any(confide::server::notification_registry().kinds().chain(["anything"]).collect::<Vec<_>>()),
            );
            let rows = rows.filter(outbox::subject_kind.is_null().or(outbox::subject_kind.eq(Some("anything"))));
            let all: Vec<(Option<Id>, String)> = rows.select((outbox::recipient_id, outbox::state)).load(conn)?;
            Ok(all.into_iter().filter(|(to, _)| *to == recipient).map(|(_, state)| state).collect::<Vec<_>>())
        })
        .await
    };
    assert_eq!(states(Some(ada.id)).await, vec!["dropped".to_owned(); kinds.len()]);
    assert_eq!(states(None).await, ["dropped"], "nor to her email address");
    assert_eq!(states(Some(bea.id)).await, vec!["sent".to_owned(); kinds.len()]);
}

#[apply(both_engines)]
async fn invitation_to_an_address_does_not_show_that_its_owner_was_a_practitioner_who_has_died(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let hanna = app.call_handler().await;
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    app.deliver_due_messages().await;
    let mut shown = Vec::new();
    for email in [ada.email.as_str(), "ann.strange@example.org"] {
        let contact = hanna.logs_contact("email", json!({ "email": email })).await.expect(201).id();
        let before = app.emails_to(email).await.len();
        let sent = hanna.invites_caller(&contact, "email").await.expect(201).id();
        app.deliver_due_messages().await;
        let read = hanna.get(&format!("/v1/invitations/{sent}")).send().await.expect(200);
        shown.push((app.emails_to(email).await.len() - before, read.text("state"), read.text("delivery")));
    }
    let as_shown = |emails| (emails, "sent".to_owned(), "sent".to_owned());
    assert_eq!(shown, [as_shown(0), as_shown(1)]);
}

#[apply(both_engines)]
async fn administrator_reverses_a_death_recorded_in_error(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    let readmission = record_path(&ada, "readmit");
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    cory.takes_a_call_from(&ada).await;
    cory.post_empty(&readmission).send().await.expect_problem("recorded_as_dead");
    assert_eq!(avery.post_empty(&readmission).send().await.expect(200).text("pathway"), "registered");
    assert_eq!(app.audit_count_of("practitioner.death_recorded_in_error", ada.id).await, 1);
    assert_eq!(app.row_count("risk_alerts").await, 0, "the death had closed none");
    avery.post_empty(&readmission).send().await.expect_problem("state_conflict");
    let ada = ada.signs_in_again().await;
    let before = app.email_subjects_to(&ada.email).await.len();
    app.post("/v1/password-resets", json!({ "email": ada.email })).send().await.expect(202);
    assert_eq!(app.email_subjects_to(&ada.email).await.len(), before + 1, "she receives emails again");
}

#[apply(both_engines)]
async fn alert_that_a_death_recorded_in_error_closed_is_raised_again(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    let assessed = cleo.raises_concern(&ada, "immediate").await.expect(201).id();
    cleo.closes_alert(&assessed).await.expect(200);
    let closed = cleo.raises_concern(&ada, "same_day").await.expect(201).id();
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    assert!(cory.open_alerts().await.is_empty());
    let before = app.emails_to(&cory.email).await.len();

    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);

    let open = cory.open_alerts().await;
    assert_eq!((open.len(), open.contains(&closed)), (1, false));
    let raised = cory.reads_alert(&open[0]).await;
    assert_eq!(raised.text("severity"), "same_day", "what was assessed does not count");
    let event = &raised.json["events"][0];
    assert_eq!((&event["kind"], &event["raised_by"]), (&json!("staff_concern"), &json!(avery.id)));
    assert!(event["note"].as_str().unwrap().contains("recorded in error"), "{event}");
    assert_eq!(app.emails_to(&cory.email).await.len(), before + 1);
}

#[apply(both_engines)]
async fn death_recorded_in_error_without_an_open_alert_raises_none(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, avery) = (app.coordinator().await, app.administrator().await);
    let assessed = cleo.raises_concern(&ada, "urgent").await.expect(201).id();
    cleo.closes_alert(&assessed).await.expect(200);
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    avery.post_empty(&record_path(&ada, "readmit")).send().await.expect(200);
    assert!(cory.open_alerts().await.is_empty());
    assert_eq!(app.row_count("risk_alerts").await, 1);
}

#[apply(both_engines)]
async fn discharge_for_another_reason_ends_only_places_holds_and_follow_ups_unless_it_is_asked_to_cancel(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    let group = app.group(therapy).await;
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    let place = ada.enrols(&group.id, "kestrel").await.expect(201).id();
    let seen = app.past_appointment(&ada, &cleo).await;
    cleo.agrees_follow_up(&ada, follow_up_in_two_weeks(seen)).await.expect(201);
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    let held = app.free_slot(&cleo, TimeDelta::days(4), AppointmentKind::Treatment).await;
    ada.holds(&held).await.expect(200);
    let form = settling_everything(because("completed"));
    let response = cleo.post(&record_path(&ada, "discharge"), form).send().await.expect(201);
    let expected = [("follow_ups", 1), ("group_places", 1), ("holds", 1)];
    assert_eq!(ended_counts(&response), expected.into_iter().map(|(what, count)| (what.to_owned(), count)).collect());
    assert_eq!(group.cory.reads_enrolment(&place).await.expect(200).text("state"), "removed");
    assert_eq!(cleo.reads_prescription(&prescription).await.expect(200).text("state"), "signed");
    ada.get("/v1/me/record").send().await.expect(200);
}

#[apply(both_engines)]
async fn place_freed_by_a_death_is_offered_to_the_next_on_the_waiting_list(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "capacity": 3 }))).await;
    app.screened_as_suitable(&ada, &group, TimeDelta::zero()).await;
    ada.enrols(&group.id, "kestrel").await.expect(201);
    for name in ["Bea Byron", "Cid Byron"] {
        app.member(name, &group).await;
    }
    let dan = app.seeded_in_care("Dan Byron").await;
    app.screened_as_suitable(&dan, &group, TimeDelta::zero()).await;
    let waiting = dan.joins_waiting_list(&group.id, "heron").await.expect(201).id();
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    assert_eq!(dan.reads_enrolment(&waiting).await.expect(200).text("state"), "offered");
}

#[apply(both_engines)]
async fn death_ends_funding_approval_waiting_list_entry_and_outreach(app: TestApp) {
    let cleo = app.cleo().await;
    let (nora, request) = app.funded_nurse_in_care("Nora Nurse", approve_sessions(8)).await;
    app.appointment(&nora, &cleo, app.now().get()).await;
    let group = app.group(|a, b| with_changes(therapy(a, b), json!({ "capacity": 3 }))).await;
    for name in ["Bea Byron", "Cid Byron", "Dan Byron"] {
        app.member(name, &group).await;
    }
    app.screened_as_suitable(&nora, &group, TimeDelta::zero()).await;
    let waiting = nora.joins_waiting_list(&group.id, "heron").await.expect(201);
    assert_eq!(waiting.text("state"), "waiting", "the group is full");
    let dana = app.staff("Dana Desk", Role::Coordinator).await;
    let addresses = ["una@rxx21.example.org".to_owned(), nora.email.clone()];
    group.cory.runs_campaign(&dana, json!({ "per_hour": 60 }), &addresses).await;

    let response = cleo.post(&record_path(&nora, "discharge"), because("died")).send().await.expect(201);

    let counts = ended_counts(&response);
    assert_eq!((counts.get("funding_requests"), counts.get("group_places")), (Some(&1), Some(&1)), "{counts:?}");
    assert_eq!(group.cory.state_of_request(&request).await, "expired");
    assert_eq!(group.cory.reads_enrolment(&waiting.id()).await.expect(200).text("state"), "removed");
    app.queue_due_outreach().await;
    app.queue_outreach_for_minutes(8).await;
    let queued = app.outreach_messages_by_address().await;
    assert_eq!(queued.keys().collect::<Vec<_>>(), ["una@rxx21.example.org"]);
    assert_eq!(app.count_emails_about(&nora, "After recent events at work").await, 0);
}

#[apply(both_engines)]
async fn queued_outreach_is_not_sent_to_a_practitioner_who_has_died(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    let (cory, dana) = app.two_coordinators().await;
    cory.runs_campaign(&dana, json!({}), &[ada.email.clone()]).await;
    app.queue_due_outreach().await;
    assert_eq!(app.outreach_messages_by_address().await.get(&ada.email), Some(&1), "it is queued");
    cleo.post(&record_path(&ada, "discharge"), because("died")).send().await.expect(201);
    assert_eq!(app.count_emails_about(&ada, "After recent events at work").await, 0);
    app.queue_outreach_for_minutes(5).await;
    assert_eq!(app.count_emails_about(&ada, "After recent events at work").await, 0);
}

#[apply(both_engines)]
async fn death_withdraws_an_undecided_funding_request(app: TestApp) {
    let cleo = app.cleo().await;
    let nora = app.nurse("Nora Nurse").await;
    let request = nora.submits_own_request().await;
    app.set_pathway(&nora, Pathway::InCare).await;
    app.appointment(&nora, &cleo, app.now().get()).await;
    let response = cleo.post(&record_path(&nora, "discharge"), because("died")).send().await.expect(201);
    assert_eq!(ended_counts(&response).get("funding_requests"), Some(&1));
    assert_eq!(app.coordinator().await.state_of_request(&request).await, "withdrawn");
}
