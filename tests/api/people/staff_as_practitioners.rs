//! A member of staff may also be a practitioner. In no role may they act on their own case.

use chrono::TimeDelta;
use confide::people::Role;
use confide::people::accounts::identity;
use confide::people::practitioners::model::Pathway;
use serde_json::{Value, json};

use crate::support::access::TUESDAY;
use crate::support::clinicians::directory_entry;
use crate::support::funding::SOUTH_WEST_LONDON;
use crate::support::groups::therapy;
use crate::support::hubs::referral_actions;
use crate::support::practitioners::phq9_at_risk;
use crate::support::{TestApp, apply, both_engines};

impl TestApp {
    /// The registration of a member of staff who seeks help under a private address.
    fn private_registration(&self, legal_name: &str, number: &str) -> Value {
        let mut form = self.registration("Private Person");
        (form["legal_name"], form["registration_number"]) = (json!(legal_name), json!(number));
        form
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

async fn expect_not_offered_to_themselves(app: TestApp, legal_name: &str, number: &str) {
    let tobias = app.clinician("Tobias Renn").employed_by("RX9").registered("gmc", "7654321").await;
    let cleo = app.clinician("Cleo Marsh").employed_by("RX8").await;
    tobias.holds_tuesdays().await;
    cleo.holds_tuesdays().await;
    let (cory, myself) = (app.coordinator().await, app.practitioner_with(&app.private_registration(legal_name, number)).await);
    myself.completes_intake().await;
    let (booked, own) = myself.expect_only_offered(&cleo, &tobias, &cory).await;
    tobias.books_for(&myself, &own).await.expect_problem("not_found");
    cory.moves(&booked, &own).await.expect_problem("slot_taken");
    myself.moves(&booked, &own).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn clinician_with_the_same_registration_number_is_not_offered_themselves(app: TestApp) {
    expect_not_offered_to_themselves(app, "Jo Sparrow", "7654321").await;
}

#[apply(both_engines)]
async fn clinician_with_the_same_name_is_not_offered_themselves(app: TestApp) {
    expect_not_offered_to_themselves(app, "RENN, Dr Tobias James", "7000001").await;
}

#[apply(both_engines)]
async fn clinician_with_a_name_that_looks_the_same_is_not_offered_themselves(app: TestApp) {
    expect_not_offered_to_themselves(app, "T\u{43E}bias R\u{435}nn", "7000001").await;
}

#[apply(both_engines)]
async fn changing_ones_own_details_does_not_lift_the_restriction(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").registered("gmc", "7654321").await;
    app.clinician("Cleo Marsh").employed_by("RX8").await;
    let myself = app.practitioner_with(&app.private_registration("Tobias Renn", "7654321")).await;
    assert_eq!(myself.finds_clinicians("").await, ["Cleo Marsh"]);
    let change = json!({ "legal_name": "Jo Sparrow", "registration_number": "7000001" });
    myself.changes_registration(change).await.expect(200);
    assert_eq!(myself.finds_clinicians("").await, ["Cleo Marsh"]);
    app.saves_directory_entry(&tobias, directory_entry("Jack Daw")).await.expect(200);
    assert_eq!(myself.finds_clinicians("").await, ["Cleo Marsh"]);
}

#[apply(both_engines)]
async fn clinician_cannot_act_on_their_own_case(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").employed_by("RX9").registered("gmc", "7654321").await;
    let cory = app.coordinator().await;
    let myself = app.practitioner_with(&app.private_registration("Jo Sparrow", "7654321")).await;
    let assessment = myself.completes_intake_with(phq9_at_risk(2)).await;
    // An appointment from before the two accounts were known to be the same person.
    let appointment = app.appointment(&myself, &tobias, app.now().get()).await;
    let alert = cory.open_alerts().await.pop().expect("an alert");

    assert!(tobias.open_alerts().await.is_empty());
    tobias.closes_alert(&alert).await.expect_problem("not_found");
    tobias.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect_problem("not_found");
    tobias.reads_answers(&assessment).await.expect_problem("not_found");
    tobias.reads_appointment(&appointment.to_string()).await.expect_problem("not_found");
    tobias.reads_practitioner(&myself).await.expect_problem("not_found");
    assert!(tobias.get("/v1/practitioners").send().await.expect(200).items().is_empty());
    assert!(tobias.get("/v1/appointments").send().await.expect(200).items().is_empty());
    for part in [
        "notes",
        "problems",
        "allergies",
        "prescribing-details",
        "care-plan",
        "progress",
        "follow-ups",
        "discharge",
        "discharge-check",
        "contact-details?reason=risk_alert",
        "gp-sharing",
        "referrals",
    ] {
        tobias.get(&format!("/v1/practitioners/{}/{part}", myself.id)).send().await.expect_problem("not_found");
    }
    cory.records_contact_attempt(&alert, true).await.expect(201);
    // They cannot become their own lead clinician.
    app.set_pathway(&myself, Pathway::InCare).await;
    let (cleo, lead) =
        (app.clinician("Cleo Marsh").employed_by("RX8").await, format!("/v1/practitioners/{}/lead-clinician", myself.id));
    let (practitioner, clinician) = (myself.id, cleo.id);
    app.write(move |tx| confide::people::relationships::episodes::begin(tx, practitioner, clinician)).await;
    cory.takes_a_call_from(&myself).await;
    let seen = cory.get(&lead).send().await.expect(200).etag();
    let form = json!({ "clinician_id": tobias.id });
    cory.put(&lead, form).if_match(&seen).send().await.expect_field("invalid_body", "/clinician_id");
}

#[apply(both_engines)]
async fn coordinator_cannot_act_on_their_own_case(app: TestApp) {
    let rosa = app.staff("Rosa Lind", Role::Coordinator).await;
    let cory = app.coordinator().await;
    let cleo = app.clinician("Cleo Marsh").employed_by("RX8").await;
    cleo.holds_tuesdays().await;
    let myself = app.practitioner_with(&app.private_registration("Rosa Lind", "7000001")).await;
    myself.completes_intake_with(phq9_at_risk(2)).await;
    let slot = cory.finds_slot_for(&myself, &cleo, TUESDAY).await;
    rosa.books_for(&myself, &slot).await.expect_problem("not_found");
    let window = format!("from={TUESDAY}&until=2027-01-13T00:00:00Z");
    rosa.searches(&format!("{window}&practitioner_id={}", myself.id)).await.expect_problem("not_found");
    let appointment = cory.books_for(&myself, &slot).await.expect(201).id();
    app.orphan_appointment(&appointment).await;
    let alert = cory.open_alerts().await.pop().expect("an alert");

    assert!(rosa.open_alerts().await.is_empty());
    rosa.get(&format!("/v1/risk-alerts/{alert}")).send().await.expect_problem("not_found");
    rosa.records_contact_attempt(&alert, true).await.expect_problem("not_found");
    assert!(app.emails_to(&rosa.email).await.is_empty(), "no alert about their own case");
    for list in ["practitioners", "appointments", "orphaned-appointments", "follow-ups"] {
        let other = cory.get(&format!("/v1/{list}")).send().await.expect(200);
        assert_eq!(other.items().len(), usize::from(list != "follow-ups"), "{list}");
        assert!(rosa.get(&format!("/v1/{list}")).send().await.expect(200).items().is_empty(), "{list}");
    }
    rosa.reads_appointment(&appointment).await.expect_problem("not_found");
    rosa.cancels(&appointment, "service").await.expect_problem("not_found");
    rosa.moves(&appointment, &slot).await.expect_problem("not_found");
    rosa.reads_practitioner(&myself).await.expect_problem("not_found");
    cory.reads_practitioner(&myself).await.expect(200);
    for part in ["follow-ups", "lead-clinician"] {
        let path = format!("/v1/practitioners/{}/{part}", myself.id);
        rosa.get(&path).send().await.expect_problem("not_found");
        cory.get(&path).send().await.expect(200);
    }
    app.set_pathway(&myself, Pathway::Discharged).await;
    let readmission = format!("/v1/practitioners/{}/readmit", myself.id);
    rosa.post_empty(&readmission).send().await.expect_problem("not_found");
    cory.post_empty(&readmission).send().await.expect(200);
    let calendar = format!("/v1/calendar?clinician_id={}&{window}", cleo.id);
    let shown = rosa.get(&calendar).send().await.expect(200);
    assert!(!shown.items().is_empty() && !shown.json.to_string().contains(&myself.id.to_string()));
    assert!(cory.get(&calendar).send().await.expect(200).json.to_string().contains(&myself.id.to_string()));
}

#[apply(both_engines)]
async fn coordinator_and_commissioner_cannot_act_on_their_own_funding_request(app: TestApp) {
    let (morgan, ola) =
        (app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await, app.commissioner("Ola Reed", &[SOUTH_WEST_LONDON]).await);
    let (rosa, cory) = (app.staff("Morgan Vale-Lind", Role::Coordinator).await, app.coordinator().await);
    let mut form = app.nurse_registration("Morgan Vale");
    form["email"] = json!("private.person@example.org");
    let myself = app.practitioner_with(&form).await;
    let request = myself.submits_own_request().await;
    assert!(rosa.funding_request_ids().await.is_empty());
    rosa.reads_request(&request).await.expect_problem("not_found");
    rosa.acts_on_request_without_body(&request, "screen").await.expect_problem("not_found");
    rosa.post("/v1/funding-requests", json!({ "practitioner_id": myself.id })).send().await.expect_problem("not_found");
    cory.sends_to_panel(&request, "2027-01-25").await;
    ola.decides_instead_of(&morgan, &request).await;
}

#[apply(both_engines)]
async fn colleagues_in_the_service_are_hidden_and_its_coordinators_are_not(app: TestApp) {
    // Tobias works for the service itself, Eve for a trust.
    app.clinician("Tobias Renn").registered("gmc", "7654321").await;
    app.clinician("Eve Lund").employed_by("RX9").registered("gmc", "7654322").await;
    let cleo = app.clinician("Cleo Marsh").await;
    app.clinician("Dan Firth").employed_by("RX8").await;
    let fay = app.clinician("Fay Moss").employed_by("RX9").await;
    let tobias = app.practitioner_with(&app.private_registration("Jo Sparrow", "7654321")).await;
    assert_eq!(sorted(tobias.finds_clinicians("").await), ["Dan Firth", "Eve Lund", "Fay Moss"]);
    tobias.reads_clinician(&cleo).await.expect_problem("not_found");
    app.coordinator().await.reads_practitioner(&tobias).await.expect(200);

    let mut form = app.private_registration("Jane Wren", "7654322");
    form["email"] = json!("jane.wren@example.org");
    let eve = app.practitioner_with(&form).await;
    assert_eq!(sorted(eve.finds_clinicians("").await), ["Cleo Marsh", "Dan Firth", "Tobias Renn"]);
    // A clinician who has left the trust still counts as a colleague.
    app.saves_directory_entry(&fay, directory_entry("Fay Moss")).await.expect(200);
    eve.reads_clinician(&fay).await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn colleagues_in_the_service_are_kept_apart_for_a_year_after_they_got_an_employer(app: TestApp) {
    let tobias = app.clinician("Tobias Renn").registered("gmc", "7654321").await;
    let cleo = app.clinician("Cleo Marsh").await;
    app.clinician("Dan Firth").await;
    let myself = app.practitioner_with(&app.private_registration("Jo Sparrow", "7654321")).await;
    let finds = async || sorted(myself.signs_in_again().await.finds_clinicians("").await);
    app.clock.advance(TimeDelta::days(60));
    let mut entry = directory_entry("Cleo Marsh");
    entry["employer_ods"] = json!("RX8");
    app.saves_directory_entry(&cleo, entry).await.expect(200);
    assert!(finds().await.is_empty(), "Cleo was a colleague until now");
    let mut entry = directory_entry("Tobias Renn");
    (entry["registration_body"], entry["registration_number"]) = (json!("gmc"), json!("7654321"));
    entry["employer_ods"] = json!("RX9");
    app.saves_directory_entry(&tobias, entry).await.expect(200);
    assert!(finds().await.is_empty(), "and so was Tobias");
    for (days, expected) in [(364, Vec::new()), (2, vec!["Cleo Marsh", "Dan Firth"])] {
        app.clock.advance(TimeDelta::days(days));
        app.write(identity::lapse_former_employers).await;
        assert_eq!(finds().await, expected, "{days}");
    }
    let history = app.administrator().await.get(&format!("/v1/staff/{}/identity-history", cleo.id)).send().await.expect(200);
    let service = history.items().iter().find(|entry| entry["kind"] == "service_employment").expect("an entry");
    assert_eq!((&service["in_force"], &service["end_reason"]), (&json!(false), &json!("Checked against the register.")));
}

#[apply(both_engines)]
async fn clinician_cannot_join_a_group_led_by_themselves_or_their_colleagues(app: TestApp) {
    let group = app.group(therapy).await;
    let others = app.clinician("Dan Firth").employed_by("RX8").await;
    let form = therapy(&others, &app.clinician("Eve Lund").employed_by("RX7").await);
    let elsewhere = group.cory.creates_group(form).await.expect(201).id();
    let myself = app.seeded_in_care_employed_by("Cleo Maria Marsh", None).await;
    myself.reads_group(&group.id).await.expect_problem("not_found");
    myself.reads_group(&elsewhere).await.expect(200);
    app.screened_as_suitable(&myself, &group, chrono::TimeDelta::zero()).await;
    let place = json!({ "practitioner_id": myself.id, "alias": "wren" });
    let path = format!("/v1/groups/{}/enrolments", group.id);
    group.cory.takes_a_call_from(&myself).await;
    group.cory.post(&path, place.clone()).send().await.expect_problem("group_conflict");
    group.cleo.post(&path, place).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn call_handler_cannot_act_on_the_contact_they_registered_from(app: TestApp) {
    let (hanna, greta) = (app.call_handler().await, app.staff("Greta Holm", Role::CallHandler).await);
    let (contact, token) = hanna.invites_nurse().await;
    greta.reads_contact(&contact).await.expect(200);
    let mut form = app.registration_with_invitation("Private Person", &token);
    form["legal_name"] = json!("Greta Holm");
    app.practitioner_with(&form).await;
    greta.reads_contact(&contact).await.expect_problem("not_found");
    greta.triages_contact(&contact, &["immediate_danger"]).await.expect_problem("not_found");
    greta.closes_contact(&contact, "informed").await.expect_problem("not_found");
    for part in ["invitations", "eligibility"] {
        greta.get(&format!("/v1/contacts/{contact}/{part}")).send().await.expect_problem("not_found");
    }
    assert!(greta.get("/v1/contacts").send().await.expect(200).items().is_empty());
    assert_eq!(hanna.get("/v1/contacts").send().await.expect(200).items().len(), 1);
    hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    assert!(greta.contact_tasks("").await.is_empty());
    let tasks = hanna.contact_tasks("").await;
    let (_, task) = tasks.first().expect("a task");
    greta.takes_task(task).await.expect_problem("not_found");
    hanna.takes_task(task).await.expect(200);
}

#[apply(both_engines)]
async fn hub_coordinator_cannot_act_on_their_own_referral(app: TestApp) {
    let hub = app.harbour_hub().await;
    let (hattie, hugo) = (app.hub_coordinator("Hattie Marsh", &hub).await, app.hub_coordinator("Hugo Hub", &hub).await);
    let myself = app.practitioner_with(&app.private_registration("Hattie Marsh", "7000001")).await;
    let referral = app.coordinator().await.refers_to_hub(&myself, &hub).await;
    hattie.reads_referral(&referral).await.expect_problem("not_found");
    for (verb, form) in referral_actions() {
        hattie.acts_on_referral(&referral, verb, form).await.expect_problem("not_found");
    }
    assert!(hattie.referral_ids("").await.is_empty());
    assert!(app.emails_to(&hattie.email).await.is_empty(), "and they get no email");
    assert_eq!(hugo.referral_ids("").await, std::slice::from_ref(&referral));
    hugo.reads_referral(&referral).await.expect(200);
    assert_eq!(myself.own_referrals().await[0]["state"], "sent", "the referral is unchanged");
}

#[apply(both_engines)]
async fn own_case_is_answered_like_an_unknown_practitioner(app: TestApp) {
    let rosa = app.staff("Rosa Lind", Role::Coordinator).await;
    let myself = app.practitioner_with(&app.private_registration("Rosa Lind", "7000001")).await;
    let unknown_path = "/v1/practitioners/01943f00-0000-7000-8000-000000000000";
    let unknown = rosa.get(unknown_path).send().await.expect(404);
    assert_eq!(rosa.reads_practitioner(&myself).await.expect(404).json, unknown.json);
}
