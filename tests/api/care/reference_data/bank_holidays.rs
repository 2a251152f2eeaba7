//! What follows for clinics, deadlines and the contact line when a day becomes a bank holiday.

use confide::care::reference_data::jobs::begin_due;
use confide::scheduling::calendar::update_requested;
use serde_json::{Value, json};

use crate::support::clinicians::clinic;
use crate::support::funding::usual_funding_request;
use crate::support::reference_data::bank_holiday;
use crate::support::{TestApp, apply, both_engines};

const FRIDAY: (&str, &str) = ("2027-01-22T00:00:00Z", "2027-01-23T00:00:00Z");
const NEXT_FRIDAY: (&str, &str) = ("2027-01-29T00:00:00Z", "2027-01-30T00:00:00Z");

#[apply(both_engines)]
async fn new_bank_holiday_closes_clinics_and_leaves_booked_appointments_to_the_coordinators(app: TestApp) {
    let (cleo, dora) = (app.clinician("Cleo Marsh").await, app.clinician("Dora Marsh").await);
    cleo.holds_clinic_on("friday", "09:00", "11:00", 60, "assessment", "video").await;
    let mut on_holidays = clinic("friday", "09:00", "11:00", 60, "assessment", "video");
    on_holidays["on_bank_holidays"] = json!(true);
    dora.holds_clinic(on_holidays).await;
    let ada = app.practitioner_after_intake("Ada Byron").await;
    let booked = ada.books_at(&cleo, "2027-01-22T09:00:00Z").await;
    let avery = app.administrator().await;

    let made = avery.changes_reference("bank_holidays", "2027-01-22", "2027-01-11", bank_holiday("A day of thanks")).await;
    let made = made.expect(201);
    assert_eq!((made.text("state"), &made.json["approved_by"]), ("pending".to_owned(), &Value::Null));
    avery.approves_reference(&made.id()).await.expect(409).expect_problem("second_person_required");
    assert_eq!((cleo.free_slots(FRIDAY.0, FRIDAY.1).await.len(), app.row_count("slot_updates").await), (1, 0), "nothing yet");
    app.second_administrator().await.approves_reference(&made.id()).await.expect(200);
    // At once no one books there, and what is booked is kept.
    assert!(cleo.free_slots(FRIDAY.0, FRIDAY.1).await.is_empty());
    assert_eq!(cleo.free_slots(NEXT_FRIDAY.0, NEXT_FRIDAY.1).await.len(), 2);
    assert_eq!(dora.free_slots(FRIDAY.0, FRIDAY.1).await.len(), 2, "this clinic is held on bank holidays");
    assert_eq!(app.row_count("slot_updates").await, 1);
    app.run_reference_data_jobs().await;
    assert_eq!(app.row_count("slot_updates").await, 0);
    assert!(app.audit_actions(&booked.to_string()).await.contains(&"appointment.orphaned".to_owned()));
    let lost = app.coordinator().await.get("/v1/orphaned-appointments").send().await.expect(200);
    assert_eq!(lost.items().len(), 1);
    assert_eq!(ada.reads_appointment(&booked.to_string()).await.expect(200).text("state"), "booked");
    // A clinic that is created later skips the day too.
    let eve = app.clinician("Eve Marsh").await;
    eve.holds_clinic_on("friday", "09:00", "11:00", 60, "assessment", "video").await;
    assert!(eve.free_slots(FRIDAY.0, FRIDAY.1).await.is_empty());
    assert_eq!(eve.free_slots(NEXT_FRIDAY.0, NEXT_FRIDAY.1).await.len(), 2);

    // The day is an ordinary one again.
    avery.changes_reference_with_another("bank_holidays", "2027-01-22", "2027-01-11", Value::Null).await;
    app.run_reference_data_jobs().await;
    assert_eq!(cleo.free_slots(FRIDAY.0, FRIDAY.1).await, ["2027-01-22T10:00:00Z"]);
    assert_eq!(eve.free_slots(FRIDAY.0, FRIDAY.1).await.len(), 2);
    assert!(app.audit_actions(&booked.to_string()).await.contains(&"appointment.restored".to_owned()));
    assert!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn bank_holiday_that_is_known_from_a_later_day_closes_clinics_on_that_day(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("friday", "09:00", "11:00", 60, "assessment", "video").await;
    let avery = app.administrator().await;
    avery.changes_reference_with_another("bank_holidays", "2027-01-29", "2027-01-18", bank_holiday("A day of thanks")).await;
    assert_eq!(app.write(begin_due).await, 0, "its day has not come");
    assert_eq!(cleo.free_slots(NEXT_FRIDAY.0, NEXT_FRIDAY.1).await.len(), 2);
    app.advance_clock_to("2027-01-18T00:00:00Z");
    assert_eq!(app.write(begin_due).await, 1);
    assert_eq!(app.write(begin_due).await, 0, "it is carried out once");
    let cleo = cleo.signs_in_again().await;
    assert!(cleo.free_slots(NEXT_FRIDAY.0, NEXT_FRIDAY.1).await.is_empty());
    assert_eq!(app.write(update_requested).await, 1);
    assert_eq!(app.write(update_requested).await, 0);
    assert!(cleo.free_slots(NEXT_FRIDAY.0, NEXT_FRIDAY.1).await.is_empty());
}

#[apply(both_engines)]
async fn bank_holiday_of_another_nation_closes_nothing(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("friday", "09:00", "11:00", 60, "assessment", "video").await;
    let scottish = json!({ "bank_holiday": { "name": "A day of thanks", "nations": ["scotland"] } });
    let avery = app.administrator().await;
    avery.changes_reference_with_another("bank_holidays", "2027-01-22", "2027-01-11", scottish).await;
    app.run_reference_data_jobs().await;
    assert_eq!(cleo.free_slots(FRIDAY.0, FRIDAY.1).await.len(), 2);
}

#[apply(both_engines)]
async fn working_days_and_contact_hours_follow_the_new_bank_holiday(app: TestApp) {
    let avery = app.administrator().await;
    avery.changes_reference_with_another("bank_holidays", "2027-01-14", "2027-01-11", bank_holiday("A day of thanks")).await;
    let nurse = app.nurse("Nora Nurse").await;
    let request = nurse.newest_request().await;
    nurse.writes_request(&request, usual_funding_request()).await.expect(200);
    let submitted = nurse.submits_request(&request).await.expect(200);
    assert_eq!(submitted.text("due_on"), "2027-01-19", "five working days without the bank holiday");

    app.advance_clock_to("2027-01-14T10:00:00Z");
    let routes = app.get("/v1/contact-routes").send().await.expect(200);
    let phone = routes.json["routes"].as_array().unwrap().iter().find(|route| route["channel"] == "phone").unwrap().clone();
    assert_eq!((&phone["open_now"], &phone["opens_at"]), (&json!(false), &json!("2027-01-15T08:00:00Z")));
}

#[apply(both_engines)]
async fn bank_holiday_must_not_leave_the_contact_line_unanswered(app: TestApp) {
    let avery = app.administrator().await;
    // On that Friday the telephone covers the hours in which no one answers texts.
    let short = json!({ "channel": "text", "kind": "day", "starts_on": "2027-06-04", "closed_on_bank_holidays": false,
        "hours": [{ "from": "00:00", "until": "09:00" }, { "from": "19:00", "until": "24:00" }] });
    avery.sets_contact_hours_with_another(short.clone()).await;
    let add = || avery.changes_reference("bank_holidays", "2027-06-04", "2027-01-11", bank_holiday("A day of thanks"));
    add().await.expect_field("line_unanswered", "/key");
    assert_eq!(app.row_count("reference_changes").await, 0);
    let mut usual = short.clone();
    usual["hours"] = json!([{ "from": "00:00", "until": "24:00" }]);
    avery.sets_contact_hours_with_another(usual).await;
    let waiting = add().await.expect(201).id();
    // It is checked again when it is approved.
    avery.sets_contact_hours_with_another(short).await;
    let sasha = app.second_administrator().await;
    sasha.approves_reference(&waiting).await.expect(409).expect_problem("state_conflict");
    assert_eq!(sasha.reads_reference_change(&waiting).await.expect(200).text("state"), "pending");
}

#[apply(both_engines)]
async fn bank_holidays_must_not_take_the_telephone_away_for_a_week(app: TestApp) {
    let avery = app.administrator().await;
    // Four days of this week close; with the Friday left, the telephone is answered for twelve hours and on Saturday for six.
    for day in ["2027-06-07", "2027-06-08", "2027-06-09"] {
        avery.changes_reference_with_another("bank_holidays", day, "2027-01-11", bank_holiday("A day of thanks")).await;
    }
    let refused = avery.changes_reference("bank_holidays", "2027-06-10", "2027-01-11", bank_holiday("A day of thanks")).await;
    let refused = refused.expect(422);
    assert!(refused.text("detail").contains("less than 20 hours"), "{}", refused.json);
    refused.expect_field("line_unanswered", "/key");
}
