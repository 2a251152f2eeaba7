//! From a follow-up to a booking, and back.

use chrono::TimeDelta;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::follow_ups::follow_up_in_two_weeks;
use crate::support::practitioners::{gad7, phq9};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn booking_a_suggested_slot_fulfils_the_follow_up(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    for clinician in [&cleo, &dora] {
        clinician.holds_clinic_on("tuesday", "09:00", "12:00", 60, "treatment", "video").await;
    }
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;

    let mine = ada.get("/v1/me/follow-ups").send().await.expect(200);

    let suggestion = mine.items()[0]["suggestion"].clone();
    assert_eq!(suggestion["link"], format!("https://app.example.org/follow-ups/{id}"));
    assert_eq!((&suggestion["from"], &suggestion["until"]), (&json!("2027-01-25T00:00:00Z"), &json!("2027-02-02T00:00:00Z")));
    let slots = suggestion["slots"].as_array().unwrap();
    let starts: Vec<_> = slots.iter().map(|slot| slot["starts_at"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2027-01-26T09:00:00Z", "2027-01-26T10:00:00Z", "2027-01-26T11:00:00Z"], "the window's one Tuesday");
    assert!(slots.iter().all(|slot| slot["clinician_id"] == cleo.id.to_string()));
    let searched = ada.get(suggestion["searches"][0].as_str().unwrap()).send().await.expect(200);
    assert_eq!(searched.items(), slots, "the search finds what is suggested");
    assert_eq!(
        cleo.reads_follow_up(&id).await.expect(200).json["suggestion"],
        Value::Null,
        "only the practitioner gets suggestions"
    );

    let booked = ada.books(&slots[1]["id"].as_str().unwrap().parse().unwrap()).await.expect(201).id();

    let seen = ada.reads_follow_up(&id).await.expect(200);
    assert_eq!((seen.text("state"), seen.json["suggestion"].clone()), ("booked".into(), Value::Null));
    assert_eq!(seen.json["appointment"]["appointment_id"], booked);
    assert_eq!(seen.json["appointment"]["linked"], false);
    ada.cancels(&booked, "practitioner_work").await.expect(200);
    let seen = ada.reads_follow_up(&id).await.expect(200);
    assert_eq!((seen.text("state"), seen.json["appointment"].clone()), ("waiting".into(), Value::Null), "open again");
    assert_eq!(seen.json["suggestion"]["slots"].as_array().unwrap().len(), 3);
}

#[apply(both_engines)]
async fn only_bookable_slots_are_suggested(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await);
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "treatment", "video").await;
    cleo.holds_clinic_on("tuesday", "13:00", "14:00", 60, "treatment", "phone").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let mut form = follow_up_in_two_weeks(appointment);
    form["mode"] = json!("video");
    let id = cleo.agrees_follow_up(&ada, form).await.expect(201).id();
    let suggested = async || {
        let seen = ada.reads_follow_up(&id).await.expect(200);
        let slots = seen.json["suggestion"]["slots"].as_array().unwrap().clone();
        slots.iter().map(|slot| slot["starts_at"].as_str().unwrap()[11..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(suggested().await, ["09:00", "10:00", "11:00"], "by video only");
    // Ada has another appointment at half past nine, and another practitioner has eleven o'clock.
    let until_then = "2027-01-26T09:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now().get();
    let elsewhere = app.free_slot(&dora, until_then, AppointmentKind::Treatment).await;
    ada.books(&elsewhere).await.expect(201);
    let (bea, _) = app.practitioner_seen_by("Bea Byron", &cleo, 3).await;
    bea.books_at(&cleo, "2027-01-26T11:00:00Z").await;
    assert_eq!(suggested().await, Vec::<String>::new(), "nine and ten overlap, eleven is taken");
    let appointments = ada.get("/v1/appointments?state=booked").send().await.expect(200);
    ada.cancels(appointments.items()[0]["id"].as_str().unwrap(), "practitioner_work").await.expect(200);
    assert_eq!(suggested().await, ["09:00", "10:00"]);
    ada.blocks(&cleo).await.expect(201);
    assert_eq!(suggested().await, Vec::<String>::new(), "they must not meet");
}

#[apply(both_engines)]
async fn another_appointment_can_be_linked_to_a_follow_up(app: TestApp) {
    let (cleo, dora, cory) =
        (app.clinician("Cleo Clinician").await, app.clinician("Dora Clinician").await, app.coordinator().await);
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let (bea, hers) = app.practitioner_seen_by("Bea Byron", &cleo, 3).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let slot = app.free_slot(&dora, TimeDelta::days(3), AppointmentKind::Treatment).await;
    let with_dora = ada.books(&slot).await.expect(201).id();
    assert_eq!(ada.state_of_follow_up(&id).await, "waiting", "with another clinician, and early");
    ada.links_appointment(&id, &appointment.to_string()).await.expect_field("invalid_body", "/appointment_id");
    ada.links_appointment(&id, &hers.to_string()).await.expect_problem("not_found");
    cleo.links_appointment(&id, &with_dora).await.expect_problem("not_found");
    bea.links_appointment(&id, &hers.to_string()).await.expect_problem("not_found");

    let linked = cory.links_appointment(&id, &with_dora).await.expect(200);

    assert_eq!((linked.text("state"), &linked.json["appointment"]["linked"]), ("booked".into(), &json!(true)));
    ada.cancels(&with_dora, "practitioner_other").await.expect(200);
    assert_eq!(ada.state_of_follow_up(&id).await, "waiting");
    ada.links_appointment(&id, &with_dora).await.expect_field("invalid_body", "/appointment_id");
    let slot = app.free_slot(&dora, TimeDelta::days(4), AppointmentKind::Treatment).await;
    let again = ada.books(&slot).await.expect(201).id();
    ada.links_appointment(&id, &again).await.expect(200);
    app.set_appointment_status(again.parse().unwrap(), "attended").await;
    assert_eq!(cleo.state_of_follow_up(&id).await, "done");
    ada.links_appointment(&id, &again).await.expect_problem("state_conflict");
    assert_eq!(app.audit_count_of("follow_up.linked", id.parse().unwrap()).await, 2);
}

#[apply(both_engines)]
async fn missed_appointment_leaves_the_follow_up_open(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let (ada, appointment) = app.practitioner_seen_by("Ada Byron", &cleo, 1).await;
    let id = cleo.agrees_usual_follow_up(&ada, appointment).await;
    let slot = app.free_slot(&cleo, TimeDelta::days(15), AppointmentKind::Treatment).await;
    let booked = ada.books(&slot).await.expect(201).id();
    app.clock.advance(TimeDelta::days(15));
    let (cleo, ada) = (cleo.signs_in_again().await, ada.signs_in_again().await);
    cleo.records_attendance(&booked, "did_not_attend").await.expect(200);
    assert_eq!(ada.state_of_follow_up(&id).await, "due");
    cleo.records_attendance(&booked, "attended_late_seen").await.expect(200);
    assert_eq!(ada.state_of_follow_up(&id).await, "done");
}

#[apply(both_engines)]
async fn questionnaire_counts_once_it_is_submitted_after_the_agreement(app: TestApp) {
    let cleo = app.clinician("Cleo Clinician").await;
    let ada = app.practitioner("Ada Byron").await;
    let assessment = ada.starts_assessment().await;
    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    let appointment = app.appointment(&ada, &cleo, app.now().get()).await;
    let mut form = follow_up_in_two_weeks(appointment);
    form["questionnaire"] = json!("phq-9");
    let id = cleo.agrees_follow_up(&ada, form).await.expect(201).id();
    app.clock.advance(TimeDelta::minutes(1));
    ada.answers(&assessment, "gad-7", gad7()).await.expect(200);
    assert_eq!(cleo.reads_follow_up(&id).await.expect(200).json["questionnaire_answered_at"], Value::Null);

    ada.answers(&assessment, "phq-9", phq9()).await.expect(200);
    assert_eq!(cleo.reads_follow_up(&id).await.expect(200).json["questionnaire_answered_at"], Value::Null, "not submitted");

    ada.submits_assessment(&assessment).await.expect(200);

    let seen = cleo.reads_follow_up(&id).await.expect(200);
    assert_eq!(seen.text("questionnaire_answered_at"), app.now().to_string());
    assert_eq!(seen.text("state"), "waiting", "answers do not replace the appointment");
}
