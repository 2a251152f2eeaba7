//! Three practitioners from assessment to discharge, one from a risk to a plan, and who cannot read their records.

use chrono::TimeDelta;
use confide::platform::ids::Id;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::{penicillin, record_path, settling_everything};
use crate::support::fit_notes::{four_week_fit_note, verification_form};
use crate::support::groups::{self, therapy};
use crate::support::practitioners::{answers, phq9, phq9_at_risk};
use crate::support::prescriptions::{justification, medicine_in_units, prescribing_details, sertraline, with_member};
use crate::support::risk::risk_assessment;
use crate::support::{TestApp, apply, both_engines};

/// A discharge with a summary for clinicians and one for the practitioner.
fn completed() -> Value {
    json!({ "reason": "completed", "summary": "Sleeps again.", "shared_summary": "Thank you, and come back when you need to." })
}

/// A doctor whose employer is not an employer of the others.
async fn doctor(app: &TestApp, name: &str) -> Actor {
    app.clinician(name).employed_by("A1A1A").registered("gmc", "7654321").await
}

/// Completes the intake, has an appointment with the clinician that starts now, and is accepted. Returns the path of the
/// assessment and the appointment.
async fn accepted(app: &TestApp, person: &Actor, clinician: &Actor, phq9: Value) -> (String, Id) {
    let assessment = person.completes_intake_with(phq9).await;
    let appointment = app.appointment(person, clinician, app.now().get()).await;
    app.set_appointment_status(appointment, "attended").await;
    clinician.records_outcome(&assessment, &appointment.to_string(), "accepted").await.expect(201);
    app.clock.advance(TimeDelta::minutes(1));
    (assessment, appointment)
}

/// Ada in the care of a psychiatrist, who has asked about allergies and may share information with her GP.
struct Treated {
    ada: Actor,
    cleo: Actor,
    assessment: String,
    appointment: Id,
}

async fn treated(app: &TestApp) -> Treated {
    let cleo = doctor(app, "Cleo Clinician").await;
    let ada = app.new_practitioner("Ada Byron").with_pseudonym("Kestrel").registers_and_signs_in().await;
    let (assessment, appointment) = accepted(app, &ada, &cleo, phq9()).await;
    cleo.replaces(&ada, "allergies", json!({ "status": "none_known" })).await.expect(200);
    cleo.replaces(&ada, "prescribing-details", prescribing_details()).await.expect(200);
    ada.sets_gp_sharing("given").await.expect(200);
    Treated { ada, cleo, assessment, appointment }
}

/// The pathway and the discharge summary that a practitioner sees in their own record.
async fn discharge_in_own_record(person: &Actor) -> (String, Value) {
    let mine = person.get("/v1/me/record").send().await.expect(200);
    assert!(!mine.json.to_string().contains("Sleeps again"), "the clinicians' summary is not shared");
    (mine.text("pathway"), mine.json["discharge"]["summary"].clone())
}

#[apply(both_engines)]
async fn practitioner_gets_a_medicine_a_fit_note_and_a_follow_up_and_is_discharged(app: TestApp) {
    let cory = app.coordinator().await;
    let Treated { ada, cleo, appointment, .. } = treated(&app).await;
    assert_eq!(ada.pathway().await, "in_care");
    cleo.writes_and_signs_note(&ada, appointment).await;
    assert_eq!(ada.get("/v1/me/notes").send().await.expect(200).items()[0]["text"], "We agreed on six sessions.");

    // A medicine: she can read it once it is signed, and print a copy.
    let draft = cleo.drafts_prescription(&ada, sertraline()).await.expect(201);
    assert_eq!((draft.text("state"), &draft.json["findings"]), ("draft".into(), &json!([])));
    ada.reads_prescription(&draft.id()).await.expect_problem("not_found");
    assert_eq!(cleo.signs_prescription(&draft.id()).await.expect(200).text("state"), "signed");
    assert_eq!(cleo.issues_prescription(&draft.id()).await.expect(201).text("state"), "issued");
    let copy = ada.prints_prescription(&draft.id()).await.expect_pdf().text();
    assert!(copy.contains("Sertraline 50mg tablets") && copy.contains("COPY, NOT FOR DISPENSING"), "{copy}");

    // A fit note: her employer holds the paper and checks whether it is genuine.
    let fit_note = cleo.issues_fit_note(&four_week_fit_note(&ada, appointment)).await.expect(201);
    assert_eq!((fit_note.text("covers_from"), fit_note.text("covers_until")), ("2027-01-11".into(), "2027-02-07".into()));
    let printed = ada.downloads_fit_note(&fit_note.id()).await.text();
    assert!(printed.contains("Acute stress reaction") && printed.contains(&fit_note.text("verification_code")), "{printed}");
    assert_eq!(app.verifies_fit_note(&verification_form(&fit_note.json)).await, "genuine");

    // They agree a follow-up.
    let follow_up = cleo.agrees_usual_follow_up(&ada, appointment).await;
    assert_eq!(ada.reads_follow_up(&follow_up).await.expect(200).text("due_from"), "2027-01-25");
    assert_eq!(ada.get("/v1/me/follow-ups?state=waiting").send().await.expect(200).items()[0]["id"], json!(follow_up));

    // Ten days later she is well: she answers the last questionnaires, and care ends.
    app.clock.advance(TimeDelta::days(10));
    let (ada, cleo, cory) = (ada.signs_in_again().await, cleo.signs_in_again().await, cory.signs_in_again().await);
    let last = ada.starts_assessment_for("end").await;
    assert_eq!(ada.answers_and_submits(&last).await.text("state"), "concluded");
    cleo.reads_answers(&last).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    cleo.post(&record_path(&ada, "discharge"), completed()).send().await.expect_field("open_items", "/open_items/follow_ups");
    cleo.post(&record_path(&ada, "discharge"), settling_everything(completed())).send().await.expect(201);
    assert_eq!(discharge_in_own_record(&ada).await, ("discharged".into(), json!("Thank you, and come back when you need to.")));
    assert_eq!(cory.state_of_follow_up(&follow_up).await, "care_ended");

    // She can still read her record, and gives feedback.
    ada.reads_prescription(&draft.id()).await.expect(200);
    ada.downloads_fit_note(&fit_note.id()).await;
    assert_eq!(ada.get("/v1/me/notes").send().await.expect(200).items().len(), 1);
    assert_eq!(ada.gives_feedback_at_discharge("Thank you.").await.expect(201).text("about"), "discharge");
    ada.gives_feedback_at_discharge("Again.").await.expect_problem("already_exists");
}

#[apply(both_engines)]
async fn group_member_reads_shared_notes_improves_and_is_discharged(app: TestApp) {
    let group = app.group(|a, b| groups::with_changes(therapy(a, b), json!({ "minimum": 1 }))).await;
    let bea = app.practitioner("Bea Byron").await;
    accepted(&app, &bea, &group.cleo, phq9()).await;

    // Enrolment requires a suitable screening.
    bea.enrols(&group.id, "wren").await.expect_problem("place_not_cleared");
    group.screens(&bea, "suitable").await.expect(201);
    let place = bea.enrols(&group.id, "wren").await.expect(201);
    assert_eq!((place.text("state"), place.text("alias")), ("enrolled".into(), "wren".into()));
    group.cory.starts_group(&group.id).await.expect(200);
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let (place, came) = (place.id(), "attended_on_time");
    group.cleo.records_group_attendance(&session, &[(&place, came)], None).await.expect_problem("too_early");

    // The first session is over: attendance, and a note whose shared part she reads once it is signed.
    app.advance_clock_to("2027-02-04T19:40:00Z");
    let (group, bea) = (group.signed_in_again().await, bea.signs_in_again().await);
    let recorded = group.cleo.records_group_attendance(&session, &[(&place, came)], None).await.expect(200);
    assert_eq!(recorded.json["attendances"], json!([{ "enrolment_id": place, "attendance": came }]));
    let note = group
        .cleo
        .writes_group_note(&session, &place, "Spoke of the night shifts.", Some("See you next week."))
        .await
        .expect(201);
    assert!(bea.reads_group_notes(&bea).await.expect(200).items().is_empty(), "only the author reads a draft");
    group.cleo.signs_group_note(&note.id()).await.expect(200);
    let own = bea.reads_group_notes(&bea).await.expect(200);
    assert_eq!((&own.items()[0]["shared"], &own.items()[0]["text"]), (&json!("See you next week."), &Value::Null));

    // The questionnaires again: plain words for her, scores for her clinician.
    let review = bea.starts_assessment_for("review").await;
    bea.answers(&review, "phq-9", answers("phq9", &[1, 1, 1, 0, 0, 0, 0, 0, 0])).await.expect(200);
    bea.answers(&review, "gad-7", answers("gad7", &[1, 1, 1, 0, 0, 0, 0])).await.expect(200);
    bea.submits_assessment(&review).await.expect(200);
    let progress = record_path(&bea, "progress");
    let hers = bea.get(&progress).send().await.expect(200);
    assert_eq!(hers.json["measures"][1]["change"]["text"], "Clearly better than at the start.");
    let read = group.cleo.get(&progress).send().await.expect(200);
    assert_eq!(read.json["measures"][1]["change"]["difference"], -9);
    assert_eq!(read.json["verdict"]["recovered"], true);

    app.clock.advance(TimeDelta::minutes(1));
    group.cleo.post(&record_path(&bea, "discharge"), completed()).send().await.expect(201);
    assert_eq!(discharge_in_own_record(&bea).await, ("discharged".into(), json!("Thank you, and come back when you need to.")));
    assert_eq!(bea.reads_group_notes(&bea).await.expect(200).items().len(), 1, "she can still read her record");
}

#[apply(both_engines)]
async fn practitioner_at_risk_with_allergies_is_discharged_only_after_the_last_appointment_is_cancelled(app: TestApp) {
    let cory = app.coordinator().await;
    let cleo = doctor(&app, "Cleo Clinician").await;
    let cay = app.practitioner("Cay Byron").await;
    let (_, appointment) = accepted(&app, &cay, &cleo, phq9_at_risk(2)).await;
    let alerts = cory.open_alerts().await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(cory.records_contact_attempt(&alerts[0], true).await.expect(201).text("state"), "open");
    assert_eq!(cleo.closes_alert(&alerts[0]).await.expect(200).text("state"), "closed");
    cleo.closes_alert(&alerts[0]).await.expect_problem("state_conflict");
    assert!(cory.open_alerts().await.is_empty());
    cleo.writes_and_signs_note(&cay, appointment).await;

    // Cay is allergic to penicillin: prescribe another medicine, or record a reason.
    let rash = with_member(penicillin(), "severity", json!("moderate"));
    cleo.replaces(&cay, "allergies", json!({ "status": "known", "allergies": [rash] })).await.expect(200);
    cleo.replaces(&cay, "prescribing-details", prescribing_details()).await.expect(200);
    cay.sets_gp_sharing("given").await.expect(200);
    let amoxicillin = json!({ "items": [medicine_in_units("amoxicillin-500mg-capsules", "capsule", 3, 7)] });
    cleo.tries_to_prescribe(&cay, amoxicillin.clone()).await.expect_field("prescription_not_signable", "/items/0");
    let another = cleo.prescribes(&cay, sertraline()).await;
    cay.reads_prescription(&another).await.expect(200);
    let weighed = with_member(amoxicillin, "justifications", json!([justification("allergy_conflict", Some(1))]));
    let justified = cleo.prescribes(&cay, weighed).await;
    assert_eq!(
        cay.reads_prescription(&justified).await.expect(200).json["justifications"],
        json!([]),
        "justifications are hidden from Cay"
    );

    // A psychologist sees Cay too, and may not issue a fit note.
    let pia =
        app.clinician("Pia Psychologist").discipline("psychologist").registered("hcpc", "PYL12345").employed_by("A1A1A").await;
    let seen = app.appointment(&cay, &pia, app.now().get() - TimeDelta::hours(2)).await;
    app.set_appointment_status(seen, "attended").await;
    pia.issues_fit_note(&four_week_fit_note(&cay, seen)).await.expect_problem("fit_note_not_allowed");
    assert!(cay.get("/v1/fit-notes").send().await.expect(200).items().is_empty());

    // Care does not end while an appointment is booked.
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let upcoming = cay.books(&slot).await.expect(201).id();
    cleo.post(&record_path(&cay, "discharge"), completed()).send().await.expect_problem("upcoming_appointments");
    assert_eq!(cay.pathway().await, "in_care");
    app.clock.advance(TimeDelta::minutes(1));
    cay.cancels(&upcoming, "practitioner_other").await.expect(200);
    cleo.post(&record_path(&cay, "discharge"), settling_everything(completed())).send().await.expect(201);
    assert_eq!(discharge_in_own_record(&cay).await, ("discharged".into(), json!("Thank you, and come back when you need to.")));

    // For thirty days the clinicians who treated Cay may read the record; then only Cay may.
    let paths = [
        record_path(&cay, "notes"),
        record_path(&cay, "allergies"),
        record_path(&cay, "discharge"),
        format!("/v1/prescriptions/{another}"),
    ];
    app.clock.advance(TimeDelta::days(30) - TimeDelta::seconds(1));
    let cleo = cleo.signs_in_again().await;
    for address in &paths {
        cleo.get(address).send().await.expect(200);
    }
    app.clock.advance(TimeDelta::seconds(1));
    for address in &paths {
        cleo.get(address).send().await.expect(404).expect_problem("not_found");
    }
    let cay = cay.signs_in_again().await;
    assert_eq!(cay.get("/v1/me/notes").send().await.expect(200).items().len(), 1);
    cay.reads_prescription(&another).await.expect(200);
}

#[apply(both_engines)]
async fn practitioner_at_risk_at_three_in_the_morning_has_a_plan_when_the_day_begins(app: TestApp) {
    let (cory, cay) = (app.coordinator().await, app.practitioner("Cay Byron").await);
    app.advance_clock_to("2027-01-12T00:30:00Z");
    // On duty until half past eight.
    let dora = app.clinician_on_duty(&cory.signs_in_again().await).await;
    let emails = async || (app.emails_to(&cory.email).await.len(), app.emails_to(&dora.email).await.len());

    app.advance_clock_to("2027-01-12T03:00:00Z");
    let cay = cay.signs_in_again().await;
    let intake = cay.starts_assessment().await;
    let answered = cay.answers(&intake, "phq-9", phq9_at_risk(3)).await.expect(200);
    assert_eq!(answered.json["crisis_help"][0]["contact"], "999");
    assert_eq!(emails().await, (1, 1), "no one treats Cay yet, so the clinician on duty is emailed at once");
    let alert = cory.signs_in_again().await.newest_alert().await;
    let id = alert["id"].as_str().unwrap().to_owned();
    assert_eq!((&alert["severity"], &alert["due_at"]), (&json!("urgent"), &json!("2027-01-12T07:00:00Z")));

    // The coordinator calls at six and reaches no one. That closes nothing.
    app.advance_clock_to("2027-01-12T06:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 0);
    let called = cory.signs_in_again().await.records_contact_attempt(&id, false).await.expect(201);
    assert_eq!((called.text("state"), &called.json["due_at"]), ("open".into(), &alert["due_at"]));
    app.advance_clock_to("2027-01-12T07:00:00Z");
    assert_eq!(app.run_risk_jobs().await, 1);
    assert_eq!(emails().await, (2, 2), "the alert is overdue");

    // The clinician on duty sees what was tried and who to call, speaks to Cay, and agrees a plan.
    let dora = dora.signs_in_again().await;
    let seen = dora.reads_alert(&id).await;
    assert_eq!(seen.json["contact_attempts"][0]["reached"], false);
    let page = dora.get(&format!("/v1/practitioners/{}?emergency_contact=true", cay.id)).send().await.expect(200);
    assert_eq!(page.json["emergency_contact"]["name"], "Augusta Leigh");
    dora.get(&record_path(&cay, "risk-assessments")).send().await.expect_problem("not_found");
    let mut assessment = with_member(
        risk_assessment(),
        "risk_to_self",
        json!({ "level": "moderate", "details": "Thoughts of an overdose at work; no plan for today." }),
    );
    dora.closes_alert_with(&id, assessment.clone()).await.expect_field("invalid_body", "/next_review_on");
    assessment["next_review_on"] = json!("2027-01-13");
    assessment["plan"] = json!("Not at work this week; assessment tomorrow; calls 999 or us at night.");
    let closed = dora.closes_alert_with(&id, assessment).await.expect(200);
    assert_eq!(closed.text("state"), "closed");
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(app.run_risk_jobs().await, 0);
    assert_eq!(emails().await, (2, 2));

    // The clinician of the assessment reads it before they meet.
    let cleo = doctor(&app, "Cleo Clinician").await;
    app.appointment(&cay, &cleo, app.now().get() + TimeDelta::days(1)).await;
    let read = cleo.get(&record_path(&cay, "risk-assessments")).send().await.expect(200);
    assert_eq!(read.items()[0]["id"], closed.json["risk_assessment_id"]);
    assert_eq!(read.items()[0]["plan"], "Not at work this week; assessment tomorrow; calls 999 or us at night.");
}

#[apply(both_engines)]
async fn clinician_who_does_not_treat_a_practitioner_reads_nothing_of_their_record(app: TestApp) {
    let Treated { ada, cleo, assessment, appointment } = treated(&app).await;
    let note = cleo.writes_and_signs_note(&ada, appointment).await;
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    cleo.issues_prescription(&prescription).await.expect(201);
    let fit_note = cleo.issues_fit_note(&four_week_fit_note(&ada, appointment)).await.expect(201).id();
    let addresses = [
        record_path(&ada, "notes"),
        note,
        format!("/v1/prescriptions?practitioner_id={}", ada.id),
        format!("/v1/prescriptions/{prescription}"),
        format!("/v1/prescriptions/{prescription}/pdf"),
        format!("/v1/fit-notes?practitioner_id={}", ada.id),
        format!("/v1/fit-notes/{fit_note}"),
        format!("/v1/fit-notes/{fit_note}/pdf"),
        format!("/v1/assessments?practitioner_id={}", ada.id),
        assessment,
    ];
    for address in &addresses {
        cleo.get(address).send().await.expect(200);
    }
    // A clinician who does not treat her cannot find out that there is a record.
    let dora = app.dora().await;
    for address in &addresses {
        let reply = dora.get(address).send().await.expect(404).expect_problem("not_found");
        for word in ["Byron", "Sertraline", "stress", "sleep", "phq9"] {
            assert!(!String::from_utf8_lossy(&reply.body).contains(word), "{word} is in the response of {address}");
        }
    }
}
