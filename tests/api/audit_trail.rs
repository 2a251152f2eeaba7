//! What the audit trail says of each operation of staff about a practitioner, a contact or a referred person: who, what, about
//! which person, and why they might know of them. And which requests get their first answer again.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use confide::people::relationships::repeats;
use confide::platform::AuditSubject;
use confide::platform::http::repeats::Repeat;
use confide::scheduling::calendar::model::AppointmentKind::Assessment;
use serde_json::json;

use crate::support::actors::{Actor, PASSWORD};
use crate::support::contacts::nurse_caller;
use crate::support::fit_notes::verification_form;
use crate::support::funding::approve_without_limit;
use crate::support::groups::therapy;
use crate::support::practitioners::phq9_at_risk;
use crate::support::prescriptions::sertraline;
use crate::support::{TestApp, apply, both_engines};

impl TestApp {
    /// Checks that the audit trail has exactly these actions of an actor, in any order, each about this practitioner for this reason.
    async fn expect_recorded(&self, actor: &Actor, about: &Actor, rows: &[(&str, &str)]) {
        let mut expected: Vec<_> =
            rows.iter().map(|(action, basis)| ((*action).to_owned(), Some(about.id), Some((*basis).to_owned()))).collect();
        let mut found = self.audit_trail_of(actor).await;
        found.retain(|(action, ..)| !action.starts_with("session."));
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{}", actor.name);
    }

    /// The actions of an actor about records of people without an account.
    async fn actions_of(&self, actor: &Actor) -> Vec<String> {
        let mut found: Vec<String> = self.audit_trail_of(actor).await.into_iter().map(|(action, ..)| action).collect();
        found.retain(|action| !action.starts_with("session."));
        found.sort();
        found
    }
}

#[apply(both_engines)]
async fn staff_who_book_search_read_move_or_cancel_are_recorded_with_practitioner_and_reason(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), Assessment).await;
    let other = app.free_slot(&cleo, TimeDelta::days(3), Assessment).await;
    let window = format!("practitioner_id={}&from=2027-01-11T00:00:00Z&until=2027-01-25T00:00:00Z", ada.id);
    cory.searches(&window).await.expect(200);
    let booked = cory.books_for(&ada, &slot).await.expect(201).id();
    cory.reads_appointment(&booked).await.expect(200);
    cory.get("/v1/appointments").send().await.expect(200).expect_items();
    cory.moves(&booked, &other).await.expect(200);
    cory.cancels(&booked, "clinician_unavailable").await.expect(200);
    let actions = ["slots.searched", "appointment.booked", "appointment.read", "appointment.listed", "appointment.moved"];
    let mut rows: Vec<(&str, &str)> = actions.into_iter().map(|action| (action, "booking")).collect();
    rows.push(("appointment.cancelled", "booking"));
    app.expect_recorded(&cory, &ada, &rows).await;
}

#[apply(both_engines)]
async fn clinicians_are_recorded_with_their_care_relationship_and_practitioners_reading_their_own_are_not(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let booked = app.appointment(&ada, &cleo, (app.now() - TimeDelta::hours(1)).get()).await.to_string();
    cleo.reads_appointment(&booked).await.expect(200);
    cleo.get("/v1/appointments").send().await.expect(200).expect_items();
    cleo.records_attendance(&booked, "attended_on_time").await.expect(200);
    let rows = ["appointment.read", "appointment.listed", "appointment.attendance_recorded"].map(|action| (action, "treats"));
    app.expect_recorded(&cleo, &ada, &rows).await;
    ada.reads_appointment(&booked).await.expect(200);
    ada.get("/v1/appointments").send().await.expect(200).expect_items();
    app.expect_recorded(&ada, &ada, &[]).await;
}

#[apply(both_engines)]
async fn list_that_is_read_again_is_recorded_once_in_ten_minutes_for_each_practitioner(app: TestApp) {
    let (ada, ben, cleo, cory) = (app.ada().await, app.ben().await, app.cleo().await, app.coordinator().await);
    let count = async |actor: &Actor| app.actions_of(actor).await.iter().filter(|action| *action == "appointment.listed").count();
    let lists = async |actor: &Actor| {
        actor.get("/v1/appointments").send().await.expect(200).expect_items();
    };
    for days in [2, 4] {
        app.appointment(&ada, &cleo, (app.now() + TimeDelta::days(days)).get()).await;
    }
    lists(&cory).await;
    lists(&cory).await;
    assert_eq!(count(&cory).await, 1, "two appointments of one practitioner, twice");
    app.appointment(&ben, &cleo, (app.now() + TimeDelta::days(5)).get()).await;
    app.clock.advance(TimeDelta::minutes(5));
    lists(&cory).await;
    assert_eq!(count(&cory).await, 2, "another practitioner");
    app.clock.advance(TimeDelta::minutes(6));
    let cory = cory.signs_in_again().await;
    lists(&cory).await;
    assert_eq!(count(&cory).await, 3, "the first one again after ten minutes");
}

#[apply(both_engines)]
async fn every_search_of_staff_for_slots_for_a_practitioner_is_recorded(app: TestApp) {
    let (ada, cleo, cory) = (app.ada().await, app.cleo().await, app.coordinator().await);
    app.free_slot(&cleo, TimeDelta::days(2), Assessment).await;
    let window = format!("practitioner_id={}&from=2027-01-11T00:00:00Z&until=2027-01-25T00:00:00Z", ada.id);
    let of_cleo = format!("{window}&clinician_id={}", cleo.id);
    for query in [&window, &window, &of_cleo, &of_cleo] {
        cory.searches(query).await.expect(200);
    }
    app.expect_recorded(&cory, &ada, &[("slots.searched", "booking"); 4]).await;
    assert_eq!(app.audit_count_of("slots.searched", cleo.id).await, 2, "each search that names the clinician");
    ada.searches("from=2027-01-11T00:00:00Z&until=2027-01-25T00:00:00Z").await.expect(200);
    app.expect_recorded(&ada, &ada, &[]).await;
}

#[apply(both_engines)]
async fn staff_of_the_contact_line_are_recorded_at_every_operation(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.triages_contact(&contact, &["needs_today"]).await.expect(200);
    for path in ["/v1/contacts", "/v1/contacts", "/v1/contact-tasks"] {
        hanna.get(path).send().await.expect(200).expect_items();
    }
    hanna.reads_contact(&contact).await.expect(200);
    hanna.get(&format!("/v1/contacts/{contact}/eligibility")).send().await.expect(200);
    let tasks = hanna.contact_tasks("state=waiting").await;
    let task = &tasks.first().expect("a task").1;
    hanna.get(&format!("/v1/contact-tasks/{task}")).send().await.expect(200);
    hanna.takes_task(task).await.expect(200);
    hanna.completes_task(task, "Rang her.").await.expect(200);
    let invitation = hanna.invites_caller(&contact, "sms").await.expect(201).id();
    hanna.get(&format!("/v1/contacts/{contact}/invitations")).send().await.expect(200).expect_items();
    hanna.get(&format!("/v1/invitations/{invitation}")).send().await.expect(200);
    hanna.acts_on_invitation(&invitation, "revoke").await.expect(200);
    hanna.post("/v1/contact-searches", json!({ "phone": "07700 900123" })).send().await.expect(200);
    hanna.closes_contact(&contact, "informed").await.expect(200);
    let expected = [
        "contact.closed",
        "contact.found",
        "contact.listed",
        "contact.logged",
        "contact.read",
        "contact.read",
        "contact.searched",
        "contact.triaged",
        "contact_task.completed",
        "contact_task.listed",
        "contact_task.read",
        "contact_task.taken",
        "invitation.issued",
        "invitation.listed",
        "invitation.read",
        "invitation.revoked",
    ];
    assert_eq!(app.actions_of(&hanna).await, expected);
}

/// A practitioner who registered with an invitation from the contact line, and the contact.
async fn registered_from_a_contact(app: &TestApp, hanna: &Actor) -> (Actor, String) {
    let (contact, token) = hanna.invites_nurse().await;
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    (app.signed_in("Ada Byron", "ada.byron@example.org", PASSWORD).await, contact)
}

#[apply(both_engines)]
async fn contact_of_a_registered_practitioner_is_recorded_with_the_practitioner(app: TestApp) {
    let (hanna, other) = (app.call_handler().await, app.staff("Olive Other", Role::CallHandler).await);
    let (ada, contact) = registered_from_a_contact(&app, &hanna).await;
    other.reads_contact(&contact).await.expect(200);
    other.get("/v1/contacts").send().await.expect(200).expect_items();
    app.expect_recorded(&other, &ada, &[("contact.read", "contact"), ("contact.listed", "contact")]).await;
}

#[apply(both_engines)]
async fn funding_requests_are_recorded_with_practitioner_and_reason(app: TestApp) {
    let (nurse, cory) = (app.nurse("Nora Nurse").await, app.coordinator().await);
    let morgan = app.commissioner("Morgan Vale", &["QWE"]).await;
    let request = nurse.submits_own_request().await;
    cory.funding_request_ids().await;
    cory.reads_request(&request).await.expect(200);
    cory.sends_to_panel(&request, "2027-01-25").await;
    morgan.funding_request_ids().await;
    morgan.reads_request(&request).await.expect(200);
    morgan.decides(&request, approve_without_limit()).await.expect(200);
    let of_cory =
        ["funding_request.listed", "funding_request.read", "funding_request.screening_started", "funding_request.sent_to_panel"];
    let found = app.audit_trail_of(&cory).await;
    for action in of_cory {
        let row = found.iter().find(|(known, ..)| known == action).unwrap_or_else(|| panic!("no {action}: {found:?}"));
        assert!(row.1 == Some(nurse.id) && row.2.is_some(), "{row:?}");
    }
    let rows =
        ["funding_request.listed", "funding_request.read", "funding_request.approved"].map(|action| (action, "commissioned"));
    app.expect_recorded(&morgan, &nurse, &rows).await;
}

#[apply(both_engines)]
async fn lists_of_care_are_recorded_with_each_practitioner_and_the_care_relationship(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    app.appointment(&ada, &cleo, (app.now() - TimeDelta::hours(1)).get()).await;
    let assessments = format!("/v1/assessments?practitioner_id={}", ada.id);
    for path in ["/v1/practitioners", assessments.as_str(), "/v1/practitioners", assessments.as_str()] {
        cleo.get(path).send().await.expect(200);
    }
    app.expect_recorded(&cleo, &ada, &[("practitioner.listed", "treats"), ("assessment.listed", "treats")]).await;
    ada.get("/v1/assessments").send().await.expect(200);
    assert!(!app.actions_of(&ada).await.contains(&"assessment.listed".to_owned()), "her own");
}

#[apply(both_engines)]
async fn coordinators_who_list_risk_alerts_and_follow_ups_are_recorded(app: TestApp) {
    let (cleo, cory) = (app.cleo().await, app.coordinator().await);
    let ada = app.practitioner("Ada Byron").await;
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let appointment = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(1)).await;
    app.set_pathway(&ada, Pathway::InCare).await;
    cleo.agrees_usual_follow_up(&ada, appointment).await;
    for path in ["/v1/risk-alerts", "/v1/follow-ups", "/v1/risk-alerts", "/v1/follow-ups"] {
        cory.get(path).send().await.expect(200).expect_items();
    }
    let trail = app.audit_trail_of(&cory).await;
    for action in ["risk_alert.listed", "follow_up.listed"] {
        let rows: Vec<_> = trail.iter().filter(|(known, ..)| known == action).collect();
        assert!(matches!(rows[..], [row] if row.1 == Some(ada.id) && row.2.is_some()), "{action}: {trail:?}");
    }
}

#[apply(both_engines)]
async fn referrals_are_recorded_with_the_practitioner_they_are_about(app: TestApp) {
    let (ada, cory) = (app.practitioner("Ada Byron").await, app.coordinator().await);
    let hub = app.harbour_hub().await;
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let referral = cory.refers_to_hub(&ada, &hub).await;
    assert_eq!(harriet.referral_ids("").await, [referral.clone()]);
    harriet.reads_referral(&referral).await.expect(200);
    harriet.accepts_referral(&referral).await.expect(200);
    let rows = ["hub_referral.listed", "hub_referral.read", "hub_referral.accepted"].map(|action| (action, "referral"));
    app.expect_recorded(&harriet, &ada, &rows).await;
    let created = app.audit_trail_of(&cory).await;
    assert!(created.iter().any(|row| row.0 == "hub_referral.created" && row.1 == Some(ada.id) && row.2.is_some()), "{created:?}");
}

#[apply(both_engines)]
async fn coordinators_who_read_campaigns_are_recorded(app: TestApp) {
    let cory = app.coordinator().await;
    let campaign = cory.creates_campaign(json!({})).await;
    cory.reads_campaign(&campaign).await.expect(200);
    for _ in 0..2 {
        cory.get("/v1/outreach-campaigns").send().await.expect(200).expect_items();
        cory.get("/v1/outreach-team-requests").send().await.expect(200);
    }
    let expected = ["outreach_campaign.created", "outreach_campaign.listed", "outreach_campaign.read"];
    assert_eq!(app.actions_of(&cory).await, expected);
}

#[apply(both_engines)]
async fn repeat_is_recorded_and_after_a_block_it_is_answered_like_an_unknown_record(app: TestApp) {
    let (ada, cory) = (app.practitioner("Ada Byron").await, app.coordinator().await);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let alert = cory.open_alerts().await.remove(0);
    let path = format!("/v1/risk-alerts/{alert}/contact-attempts");
    let form = json!({ "how": "phone", "reached": true, "note": "Spoke to her; safe." });
    let record = async || cory.post(&path, form.clone()).key("k-1").send().await;
    let first = record().await.expect(201);
    assert_eq!(record().await.expect(201).json, first.json);
    let repeats = async || app.audit_trail_of(&cory).await.iter().filter(|row| row.0 == "request.repeated").count();
    let row = app.audit_trail_of(&cory).await.into_iter().find(|row| row.0 == "request.repeated").expect("a row");
    assert_eq!((row.1, row.2.as_deref()), (Some(ada.id), Some("booking")), "she is on the way into care");
    assert_eq!(repeats().await, 1);

    ada.blocks_name(&cory.name).await.expect(201);
    let unknown = cory.get(&format!("/v1/risk-alerts/{}", ada.id)).send().await.expect(404);
    assert_eq!(record().await.expect(404).json["detail"], unknown.json["detail"]);
    assert_eq!(repeats().await, 1);
}

#[apply(both_engines)]
async fn repeat_about_a_contact_or_a_referral_stops_when_the_person_blocks_the_caller(app: TestApp) {
    let hanna = app.call_handler().await;
    let (ada, contact) = registered_from_a_contact(&app, &hanna).await;
    let close =
        async || hanna.post(&format!("/v1/contacts/{contact}/close"), json!({ "reason": "informed" })).key("k-1").send().await;
    close().await.expect(200);
    close().await.expect(200);
    let hub = app.harbour_hub().await;
    let (cory, harriet) = (app.coordinator().await, app.hub_coordinator("Harriet Hub", &hub).await);
    let referral = cory.refers_to_hub(&ada, &hub).await;
    let accept = async || harriet.post(&format!("/v1/referrals/{referral}/accept"), json!({})).key("k-1").send().await;
    accept().await.expect(200);
    accept().await.expect(200);
    ada.blocks_name(&hanna.name).await.expect(201);
    ada.blocks_name(&harriet.name).await.expect(201);
    close().await.expect(404);
    accept().await.expect(404);
}

#[apply(both_engines)]
async fn repeat_about_a_contact_does_not_tell_who_registered(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let (ada, registered) = registered_from_a_contact(&app, &hanna).await;
    let other = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let close = async |actor: &Actor, contact: &str| {
        let form = json!({ "reason": "informed" });
        actor.post(&format!("/v1/contacts/{contact}/close"), form).key(contact).send().await
    };
    for contact in [&registered, &other] {
        close(&cory, contact).await.expect(200);
    }
    // She is in care, so the coordinator knows her for no purpose, and they work at one place.
    app.set_pathway(&ada, Pathway::InCare).await;
    app.share_an_employer(&ada, &cory).await;
    app.clock.advance(TimeDelta::minutes(11));
    let cory = cory.signs_in_again().await;
    for contact in [&registered, &other] {
        close(&cory, contact).await.expect(200);
    }
}

#[apply(both_engines)]
async fn repeat_about_a_document_stops_when_the_practitioner_blocks_its_author(app: TestApp) {
    let scene = app.consultation().await;
    let (ada, doctor) = (&scene.ada, &scene.doctor);
    let note = scene.issues_usual_note().await.id();
    let duplicate = async || doctor.post_empty(&format!("/v1/fit-notes/{note}/duplicates")).key("k-1").send().await;
    let form = json!({ "reason": "mistake", "note": "Wrong dates.", "with_employer": false });
    let withdraw = async || doctor.post(&format!("/v1/fit-notes/{note}/withdraw"), form.clone()).key("k-2").send().await;
    duplicate().await.expect(201);
    withdraw().await.expect(200);
    duplicate().await.expect(201);
    withdraw().await.expect(200);
    ada.blocks(doctor).await.expect(201);
    duplicate().await.expect(404);
    withdraw().await.expect(404);
}

#[apply(both_engines)]
async fn repeat_about_a_prescription_stops_when_the_practitioner_blocks_its_author(app: TestApp) {
    let scene = app.prescribing().await;
    let draft = scene.cleo.drafts_prescription(&scene.ada, sertraline()).await.expect(201);
    let (path, seen) = (format!("/v1/prescriptions/{}/sign", draft.id()), draft.etag());
    let sign = async || scene.cleo.post_empty(&path).if_match(&seen).key("k-1").send().await;
    sign().await.expect(200);
    sign().await.expect(200);
    scene.ada.blocks(&scene.cleo).await.expect(201);
    sign().await.expect(404);
}

#[apply(both_engines)]
async fn repeat_about_a_group_place_stops_when_the_practitioner_blocks_the_coordinator(app: TestApp) {
    let group = app.group(therapy).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    app.screened_as_suitable(&bea, &group, TimeDelta::zero()).await;
    group.cory.is_called_by(&bea).await;
    let form = json!({ "practitioner_id": bea.id, "alias": "kestrel" });
    let enrol = async || group.cory.post(&format!("/v1/groups/{}/enrolments", group.id), form.clone()).key("k-1").send().await;
    enrol().await.expect(201);
    enrol().await.expect(201);
    bea.blocks_name(&group.cory.name).await.expect(201);
    enrol().await.expect(404);
}

#[apply(both_engines)]
async fn repeat_about_a_record_that_should_name_a_practitioner_and_does_not_is_not_answered(app: TestApp) {
    let cleo = app.cleo().await;
    let may_repeat = async |kind: &'static str, role: &'static str| {
        let (account, first_at) = (cleo.id, app.now());
        app.write(move |tx| {
            let concerned =
                AuditSubject { role: role.to_owned(), kind: kind.to_owned(), subject: Some(account), practitioner: None };
            repeats::may_repeat(tx, &Repeat { account, first_at, concerned: &concerned })
        })
        .await
    };
    for kind in ["fit_note", "prescription", "practitioner", "a_kind_of_next_year"] {
        assert!(!may_repeat(kind, "clinician").await, "{kind}");
    }
    for kind in ["group", "group_enrolment", "contact", "hub_referral"] {
        assert!(may_repeat(kind, "clinician").await, "{kind}");
    }
    assert!(may_repeat("fit_note", "practitioner").await, "their own");
}

#[apply(both_engines)]
async fn checked_fit_note_shows_in_the_access_log_of_its_practitioner(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.issues_usual_note().await;
    assert_eq!(app.verifies_fit_note(&verification_form(&note.json)).await, "genuine");
    let log = scene.ada.get("/v1/me/access-log?limit=100").send().await.expect(200);
    let entry = log.expect_items().iter().find(|entry| entry["action"] == "fit_note.checked").expect("an entry");
    assert_eq!(entry["role"], "anonymous");
    assert_eq!(entry["reason"], "They have a document of yours and checked whether it is genuine.");
}

#[apply(both_engines)]
async fn repeat_by_a_clinician_whose_relationship_has_ended_is_answered_for_ten_minutes(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let booked = app.appointment(&ada, &cleo, (app.now() + TimeDelta::days(2)).get()).await;
    let path = format!("/v1/appointments/{booked}/cancel");
    let cancel = async |cleo: &Actor| cleo.post(&path, json!({ "reason": "clinician_unavailable" })).key("k-1").send().await;
    let first = cancel(&cleo).await.expect(200);
    app.clock.advance(TimeDelta::minutes(9));
    assert_eq!(cancel(&cleo).await.expect(200).json, first.json);
    app.clock.advance(TimeDelta::minutes(2));
    cancel(&cleo.signs_in_again().await).await.expect(404);
}
