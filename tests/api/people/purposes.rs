//! Coordinators see a practitioner only while something is open, and only until it is done.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::practitioners::model::Pathway;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::funding::usual_funding_request;
use crate::support::groups::slow_open;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

/// Whether a coordinator knows of a practitioner, by id and in the list: the basis, or none.
async fn basis(cory: &Actor, ada: &Actor) -> Option<String> {
    let listed = cory.get("/v1/practitioners").send().await.expect(200);
    let id = ada.id.to_string();
    let in_list = listed.items().iter().find(|one| one["id"] == id).map(|one| one["basis"].as_str().unwrap().to_owned());
    let reply = cory.reads_practitioner(ada).await;
    if in_list.is_some() {
        assert_eq!(reply.expect(200).text("basis"), in_list.clone().unwrap());
    } else {
        reply.expect_problem("not_found");
    }
    in_list
}

#[apply(both_engines)]
async fn coordinator_knows_of_a_practitioner_until_care_begins(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    for pathway in [Pathway::Registered, Pathway::AwaitingFunding, Pathway::IntakeDone, Pathway::AssessmentBooked] {
        app.set_pathway(&ada, pathway).await;
        assert_eq!(basis(&cory, &ada).await.as_deref(), Some("booking"), "{pathway:?}");
    }
    for pathway in [Pathway::InCare, Pathway::Discharged, Pathway::Signposted] {
        app.set_pathway(&ada, pathway).await;
        assert_eq!(basis(&cory, &ada).await, None, "{pathway:?}");
    }
}

#[apply(both_engines)]
async fn upcoming_appointment_is_a_purpose_until_it_starts(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let ada = app.seeded_in_care("Ada Byron").await;
    assert_eq!(basis(&cory, &ada).await, None);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::minutes(5)).await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("booking"));
    app.clock.advance(TimeDelta::minutes(6));
    assert_eq!(basis(&cory, &ada).await, None);
}

#[apply(both_engines)]
async fn way_into_care_is_a_purpose_until_half_a_year_after_the_last_step_on_it(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    app.clock.advance(TimeDelta::days(179));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("booking"));
    app.clock.advance(TimeDelta::days(2));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await, None);
    ada.signs_in_again().await.completes_intake().await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("booking"), "she goes on");
}

#[apply(both_engines)]
async fn assessment_without_an_outcome_lapses_half_a_year_after_it(app: TestApp) {
    let (cory, cleo, ada) = (app.coordinator().await, app.cleo().await, app.practitioner("Ada Byron").await);
    ada.completes_intake().await;
    app.set_pathway(&ada, Pathway::AssessmentBooked).await;
    app.attended_appointment(&ada, &cleo, app.now().get() + TimeDelta::days(80)).await;
    for (days, expected) in [(200, true), (59, true), (2, false)] {
        app.clock.advance(TimeDelta::days(days));
        let (cory, cleo) = (cory.signs_in_again().await, cleo.signs_in_again().await);
        assert_eq!(basis(&cory, &ada).await.is_some(), expected, "{days}");
        let listed = cleo.get("/v1/practitioners").send().await.expect(200).items().len();
        assert_eq!(listed, usize::from(expected), "{days}");
        let read = cleo.get(&format!("/v1/practitioners/{}/notes", ada.id)).send().await;
        assert_eq!(read.status, if expected { 200 } else { 404 }, "{days}");
    }
    let (cory, cleo) = (cory.signs_in_again().await, cleo.signs_in_again().await);
    app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(300)).await;
    cleo.reads_practitioner(&ada).await.expect(200);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("booking"), "an appointment to come always counts");
}

#[apply(both_engines)]
async fn appointment_does_not_lapse_while_care_goes_on(app: TestApp) {
    let (scene, dora) = (app.in_care().await, app.dora().await);
    app.attended_appointment(&scene.ada, &dora, app.now().get() - TimeDelta::hours(2)).await;
    app.clock.advance(TimeDelta::days(181));
    let dora = dora.signs_in_again().await;
    dora.reads_practitioner(&scene.ada).await.expect(200);
    scene.cleo.signs_in_again().await.reads_practitioner(&scene.ada).await.expect(200);
}

#[apply(both_engines)]
async fn cancelled_appointment_is_seen_for_thirty_days_after_it_was_cancelled(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let ada = app.seeded_in_care("Ada Byron").await;
    let far = app.appointment(&ada, &cleo, app.now().get() + TimeDelta::days(80)).await.to_string();
    ada.cancels(&far, "practitioner_work").await.expect(200);
    for (days, expected) in [(29, true), (2, false)] {
        app.clock.advance(TimeDelta::days(days));
        for reader in [cory.signs_in_again().await, cleo.signs_in_again().await] {
            let status = reader.reads_appointment(&far).await.status;
            assert_eq!(status, if expected { 200 } else { 404 }, "{} after {days}", reader.name);
            let listed = reader.get("/v1/appointments").send().await.expect(200).items().len();
            assert_eq!(listed, usize::from(expected), "{} after {days}", reader.name);
        }
    }
}

#[apply(both_engines)]
async fn missed_appointment_alone_does_not_open_the_record(app: TestApp) {
    let (cleo, ada) = (app.clinician("Cleo Clinician").employed_by("A1A1A").await, app.practitioner("Ada Byron").await);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    let missed = app.appointment(&ada, &cleo, app.now().get()).await;
    let notes = format!("/v1/practitioners/{}/notes", ada.id);
    cleo.get(&notes).send().await.expect(200);

    app.set_appointment_status(missed, "not_attended").await;

    for part in ["notes", "problems", "care-plan", "allergies", "prescribing-details"] {
        cleo.get(&format!("/v1/practitioners/{}/{part}", ada.id)).send().await.expect_problem("not_found");
    }
    let problem = json!({ "name": "X", "shared": false });
    cleo.post(&format!("/v1/practitioners/{}/problems", ada.id), problem).send().await.expect_problem("not_found");
    let page = cleo.reads_practitioner(&ada).await.expect(200);
    assert_eq!((page.text("basis"), &page.json["care"]["latest_scores"]), ("treats".into(), &json!(null)));
    let listed = cleo.get("/v1/practitioners").send().await.expect(200);
    assert_eq!(listed.items()[0]["care"]["risk_item_positive"], json!(null));
    assert_eq!(app.audit_count_of("practitioner.scores_read", ada.id).await, 0);
    // What a missed appointment asks for is still possible: a note about it, an answer to the alert.
    let form = json!({ "appointment_id": missed, "kind": "non_attendance", "plan": "Rang; she forgot." });
    let note = cleo.post(&notes, form).send().await.expect(201);
    cleo.signs_note(note.header("location").unwrap()).await.expect(200);
    let alert = cleo.open_alerts().await.remove(0);
    cleo.closes_alert(&alert).await.expect(200);

    app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::hours(3)).await;
    cleo.get(&notes).send().await.expect(200);
}

#[apply(both_engines)]
async fn past_appointment_is_seen_for_thirty_days_and_then_no_more(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let ada = app.seeded_in_care("Ada Byron").await;
    let recent = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(29)).await;
    let old = app.attended_appointment(&ada, &cleo, app.now().get() - TimeDelta::days(31)).await;
    cory.reads_appointment(&recent.to_string()).await.expect(200);
    cory.reads_appointment(&old.to_string()).await.expect_problem("not_found");
    let listed = cory.get("/v1/appointments").send().await.expect(200);
    let ids: Vec<&str> = listed.items().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [recent.to_string()]);
    assert_eq!(basis(&cory, &ada).await, None, "an appointment of the past does not open the practitioner's page");

    cory.takes_a_call_from(&ada).await;
    cory.reads_appointment(&old.to_string()).await.expect(200);
    assert_eq!(cory.get("/v1/appointments").send().await.expect(200).items().len(), 2);
}

#[apply(both_engines)]
async fn clinician_of_an_old_appointment_does_not_read_it_for_ever(app: TestApp) {
    let scene = app.in_care().await;
    let appointment = scene.appointment.to_string();
    app.clock.advance(TimeDelta::days(60));
    let cleo = scene.cleo.signs_in_again().await;
    cleo.reads_appointment(&appointment).await.expect(200);
    cleo.discharges(&scene.ada).await.expect(201);
    cleo.reads_appointment(&appointment).await.expect(200);
    app.clock.advance(TimeDelta::days(31));
    let cleo = cleo.signs_in_again().await;
    cleo.reads_appointment(&appointment).await.expect_problem("not_found");
    assert!(cleo.get("/v1/appointments").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn open_risk_alert_is_a_purpose_until_it_is_closed(app: TestApp) {
    let (cory, ada) = (app.coordinator().await, app.practitioner("Ada Byron").await);
    ada.completes_intake_with(phq9_at_risk(2)).await;
    app.set_pathway(&ada, Pathway::InCare).await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("alert"));
    let alert = cory.open_alerts().await.remove(0);
    cory.records_contact_attempt(&alert, true).await.expect(201);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("alert"), "an attempt to make contact closes nothing");
    app.clinician_on_duty(&cory).await.closes_alert(&alert).await.expect(200);
    assert_eq!(basis(&cory, &ada).await, None);
    cory.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect(200);
    app.clock.advance(TimeDelta::days(31));
    let cory = cory.signs_in_again().await;
    cory.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn call_from_a_practitioner_lets_a_coordinator_act_for_an_hour(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.cleo().await);
    let ada = app.seeded_in_care("Ada Byron").await;
    let slot = app.free_slot(&cleo, TimeDelta::days(2), confide::scheduling::calendar::model::AppointmentKind::Treatment).await;
    cory.books_for(&ada, &slot).await.expect_problem("not_found");
    let before = app.emails_to(&ada.email).await.len();

    let lookup = cory.takes_a_call_from(&ada).await;

    let emails = app.expect_emails_to(&ada.email).await;
    assert_eq!(emails.len(), before + 1, "she is informed at once");
    let text = format!("{} {}", emails[before].subject, emails[before].body);
    for word in ["Ada", "Cory", "Confide", "coordinator", "reference"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let log = ada.get("/v1/me/access-log").send().await.expect(200);
    let entry = &log.expect_items()[0];
    assert_eq!((&entry["action"], &entry["role"]), (&json!("practitioner.looked_up"), &json!("coordinator")));
    assert_eq!(entry["reason"], "They recorded that you called the service and gave your reference.");

    assert_eq!((lookup.text("practitioner_id"), lookup.text("basis")), (ada.id.to_string(), "phone_call".into()));
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("phone_call"));
    let other = app.staff("Dana Desk", Role::Coordinator).await;
    assert_eq!(basis(&other, &ada).await, None, "it counts for the coordinator who took the call");
    let booked = cory.books_for(&ada, &slot).await.expect(201).id();
    cory.cancels(&booked, "practitioner_other").await.expect(200);
    app.clock.advance(TimeDelta::minutes(61));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await, None);
}

#[apply(both_engines)]
async fn another_look_up_of_the_same_practitioner_within_a_day_needs_a_reason(app: TestApp) {
    let (cory, other) = (app.coordinator().await, app.staff("Dana Desk", Role::Coordinator).await);
    let pia = app.staff("Pia Vale", Role::PrivacyOfficer).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    let reference = app.reference_of(&ada).await;
    cory.takes_a_call_from(&ada).await;
    other.takes_a_call_from(&ada).await;
    app.clock.advance(TimeDelta::hours(2));
    let cory = cory.signs_in_again().await;

    let refused_before = app.refusal_count_of("practitioner.looked_up", ada.id).await;
    cory.looks_up(&reference).await.expect_field("invalid_body", "/note");
    assert_eq!(app.refusal_count_of("practitioner.looked_up", ada.id).await, refused_before + 1, "who tried is known");
    assert_eq!(basis(&cory, &ada).await, None);
    cory.looks_up_again(&reference, "She rang about another time.").await.expect(201);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("phone_call"));
    app.clock.advance(TimeDelta::hours(25));
    cory.signs_in_again().await.looks_up(&reference).await.expect(201);

    let pia = pia.signs_in_again().await;
    let listed = pia.get(&format!("/v1/practitioner-lookups?account_id={}", cory.id)).send().await.expect(200);
    let reasons: Vec<Option<&str>> = listed.expect_items().iter().map(|one| one["note"].as_str()).collect();
    assert_eq!(reasons, [None, Some("She rang about another time."), None]);
    ada.signs_in_again().await.blocks_name(&pia.name).await.expect(201);
    assert!(pia.get("/v1/practitioner-lookups").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn draft_of_a_funding_request_is_a_purpose_for_thirty_days_also_when_it_is_changed(app: TestApp) {
    let (cory, nurse) = (app.coordinator().await, app.nurse("Nora Nurse").await);
    let request = nurse.newest_request().await;
    app.set_pathway(&nurse, Pathway::InCare).await;
    assert_eq!(basis(&cory, &nurse).await.as_deref(), Some("funding"));
    app.clock.advance(TimeDelta::days(29));
    let cory = cory.signs_in_again().await;
    cory.writes_request(&request, usual_funding_request()).await.expect(200);
    assert_eq!(cory.funding_request_ids().await, [request.clone()]);

    app.clock.advance(TimeDelta::days(2));
    let (cory, nurse) = (cory.signs_in_again().await, nurse.signs_in_again().await);

    assert_eq!(basis(&cory, &nurse).await, None);
    cory.reads_request(&request).await.expect_problem("not_found");
    cory.writes_request(&request, usual_funding_request()).await.expect_problem("not_found");
    assert!(cory.funding_request_ids().await.is_empty());
    nurse.submits_request(&request).await.expect(200);
    assert_eq!(basis(&cory, &nurse).await.as_deref(), Some("funding"), "it waits for the service now");
}

#[apply(both_engines)]
async fn request_that_is_never_decided_is_a_purpose_until_half_a_year_after_its_last_change(app: TestApp) {
    let (cory, nurse) = (app.coordinator().await, app.nurse("Nora Nurse").await);
    let request = nurse.submits_own_request().await;
    app.set_pathway(&nurse, Pathway::InCare).await;
    app.clock.advance(TimeDelta::days(179));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &nurse).await.as_deref(), Some("funding"));
    cory.acts_on_request_without_body(&request, "screen").await.expect(200);
    app.clock.advance(TimeDelta::days(179));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &nurse).await.as_deref(), Some("funding"), "it was screened since");
    app.clock.advance(TimeDelta::days(2));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &nurse).await, None);
    cory.reads_request(&request).await.expect_problem("not_found");
    assert!(cory.funding_request_ids().await.is_empty());
}

#[apply(both_engines)]
async fn referral_made_during_a_call_is_a_purpose_until_half_a_year_after_its_last_change(app: TestApp) {
    let (cory, hub) = (app.coordinator().await, app.harbour_hub().await);
    let harriet = app.hub_coordinator("Harriet Hub", &hub).await;
    let ada = app.seeded_in_care("Ada Byron").await;
    cory.takes_a_call_from(&ada).await;
    let referral = cory.refers_to_hub(&ada, &hub).await;
    app.clock.advance(TimeDelta::days(179));
    let (cory, harriet) = (cory.signs_in_again().await, harriet.signs_in_again().await);
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("referral"), "the call is over");
    harriet.accepts_referral(&referral).await.expect(200);
    app.clock.advance(TimeDelta::days(179));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("referral"), "it was accepted since");
    app.clock.advance(TimeDelta::days(2));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await, None);
    cory.reads_referral(&referral).await.expect(200);
}

#[apply(both_engines)]
async fn waiting_for_a_group_is_a_purpose_for_half_a_year(app: TestApp) {
    let group = app.group(slow_open).await;
    let (ada, bea) = (app.seeded_in_care("Ada Byron").await, app.member("Bea Byron", &group).await.0);
    ada.joins_waiting_list(&group.id, "wren").await.expect(201);
    app.clock.advance(TimeDelta::days(179));
    let cory = group.cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await.as_deref(), Some("group"));
    app.clock.advance(TimeDelta::days(2));
    let cory = cory.signs_in_again().await;
    assert_eq!(basis(&cory, &ada).await, None);
    assert_eq!(basis(&cory, &bea).await.as_deref(), Some("group"), "a member stays one until the group ends");
}

#[apply(both_engines)]
async fn draft_that_a_coordinator_creates_does_not_put_the_practitioner_on_the_way_into_care(app: TestApp) {
    let (cory, nurse) = (app.coordinator().await, app.nurse("Nora Nurse").await);
    nurse.acts_on_request_without_body(&nurse.newest_request().await, "withdraw").await.expect(200);
    app.set_pathway(&nurse, Pathway::Signposted).await;
    cory.takes_a_call_from(&nurse).await;
    app.clock.advance(TimeDelta::seconds(1));
    let request = cory.post("/v1/funding-requests", json!({ "practitioner_id": nurse.id })).send().await.expect(201).id();
    assert_eq!(nurse.pathway().await, "signposted");
    app.clock.advance(TimeDelta::days(31));
    let (cory, nurse) = (cory.signs_in_again().await, nurse.signs_in_again().await);
    assert_eq!(basis(&cory, &nurse).await, None);
    nurse.writes_request(&request, usual_funding_request()).await.expect(200);
    nurse.submits_request(&request).await.expect(200);
    assert_eq!(nurse.pathway().await, "awaiting_funding");
}

#[apply(both_engines)]
async fn look_up_answers_alike_for_an_unknown_and_an_excluded_practitioner_and_records_both(app: TestApp) {
    let cory = app.coordinator().await;
    let ada = app.practitioner("Ada Byron").await;
    ada.blocks_name(&cory.name).await.expect(201);
    let excluded = cory.looks_up(&app.reference_of(&ada).await).await.expect(404);
    for unknown in ["CF-2222-2222", "nonsense"] {
        assert_eq!(cory.looks_up(unknown).await.expect(404).json, excluded.json, "{unknown}");
    }
    let refused = app.refusal_count_of("practitioner.looked_up", ada.id).await;
    assert_eq!(refused, 1);
    assert_eq!(app.row_count("granted_access").await, 0);
}
