//! Generating slots: the clock changes, the passing of days, and several instances at work.

use confide::platform::Platform;
use confide::platform::db::Db;
use confide::scheduling::calendar;

use crate::support::races::at_once;
use crate::support::{TestApp, apply, both_engines};

/// The start times of the slots of a Sunday morning clinic, on three Sundays around a clock change.
async fn sundays(app: &TestApp, today: &str, from: &str, to: &str) -> Vec<String> {
    app.advance_clock_to(today);
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("sunday", "09:00", "12:00", 60, "assessment", "video").await;
    cleo.free_slots(from, to).await.into_iter().map(|start| start[5..16].to_owned()).collect()
}

#[apply(both_engines)]
async fn slots_keep_their_local_time_when_the_clocks_go_forward(app: TestApp) {
    let starts = sundays(&app, "2027-03-15T09:00:00Z", "2027-03-20T00:00:00Z", "2027-04-05T00:00:00Z").await;
    let expected = [
        "03-21T09:00",
        "03-21T10:00",
        "03-21T11:00",
        "03-28T08:00",
        "03-28T09:00",
        "03-28T10:00",
        "04-04T08:00",
        "04-04T09:00",
        "04-04T10:00",
    ];
    assert_eq!(starts, expected);
}

#[apply(both_engines)]
async fn slots_keep_their_local_time_when_the_clocks_go_back(app: TestApp) {
    let starts = sundays(&app, "2027-10-18T09:00:00Z", "2027-10-20T00:00:00Z", "2027-11-08T00:00:00Z").await;
    let expected = [
        "10-24T08:00",
        "10-24T09:00",
        "10-24T10:00",
        "10-31T09:00",
        "10-31T10:00",
        "10-31T11:00",
        "11-07T09:00",
        "11-07T10:00",
        "11-07T11:00",
    ];
    assert_eq!(starts, expected);
}

#[apply(both_engines)]
async fn skipped_hour_has_no_slots_and_repeated_hour_has_them_once(app: TestApp) {
    app.advance_clock_to("2027-03-22T09:00:00Z");
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("sunday", "00:30", "03:30", 30, "assessment", "video").await;
    let spring = cleo.free_slots("2027-03-28T00:00:00Z", "2027-03-29T00:00:00Z").await;
    assert_eq!(spring.iter().map(|start| &start[11..16]).collect::<Vec<_>>(), ["00:30", "01:00", "01:30", "02:00"]);
    app.advance_clock_to("2027-10-25T09:00:00Z");
    let cleo = cleo.signs_in_again().await;
    app.write(calendar::extend).await;
    let autumn = cleo.free_slots("2027-10-30T00:00:00Z", "2027-11-01T00:00:00Z").await;
    let expected = ["23:30", "00:00", "00:30", "02:00", "02:30", "03:00"];
    assert_eq!(autumn.iter().map(|start| &start[11..16]).collect::<Vec<_>>(), expected);
}

#[apply(both_engines)]
async fn slots_are_generated_twelve_weeks_ahead_and_none_in_the_past(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("monday", "08:00", "11:00", 60, "assessment", "video").await;
    let slots = app.all_slots().await;
    // It is nine o'clock: of today's three slots only the last is in the future. The twelfth Monday is Easter Monday.
    assert_eq!(slots.len(), 11 * 3 - 2);
    assert_eq!(slots[0].1.to_string(), "2027-01-11T10:00:00Z");
    assert_eq!(slots.last().unwrap().1.to_string(), "2027-03-22T10:00:00Z");
}

#[apply(both_engines)]
async fn clinic_has_no_slots_on_bank_holidays_unless_it_says_so(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let mut form = crate::support::clinicians::clinic("friday", "09:00", "10:00", 60, "assessment", "video");
    let made = cleo.holds_clinic(form.clone()).await;
    assert_eq!(made.json["on_bank_holidays"], false);
    let easter = ("2027-03-19T00:00:00Z", "2027-04-03T00:00:00Z");
    assert_eq!(cleo.free_slots(easter.0, easter.1).await, ["2027-03-19T09:00:00Z", "2027-04-02T08:00:00Z"]);
    form["on_bank_holidays"] = true.into();
    let path = format!("/v1/clinics/{}", made.id());
    let changed = cleo.put(&path, form.clone()).if_match(&made.etag()).send().await.expect(200);
    assert_eq!(changed.json["clinic"]["on_bank_holidays"], true);
    let all = ["2027-03-19T09:00:00Z", "2027-03-26T09:00:00Z", "2027-04-02T08:00:00Z"];
    assert_eq!(cleo.free_slots(easter.0, easter.1).await, all);
    // Without Good Friday again, an appointment on that day is not dropped.
    let ada = app.practitioner_after_intake("Ada Quill").await;
    app.advance_clock_to("2027-03-15T09:00:00Z");
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let booked = ada.books_at(&cleo, "2027-03-26T09:00:00Z").await;
    form["on_bank_holidays"] = false.into();
    let seen = cleo.get(&path).send().await.expect(200).etag();
    let changed = cleo.put(&path, form).if_match(&seen).send().await.expect(200);
    assert_eq!(changed.json["orphaned_appointments"], serde_json::json!([booked]));
}

#[apply(both_engines)]
async fn slots_respect_gaps_and_validity_dates(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let mut form = crate::support::clinicians::clinic("tuesday", "09:00", "12:00", 50, "treatment", "phone");
    form["gap_minutes"] = 10.into();
    form["valid_from"] = "2027-01-19".into();
    form["valid_until"] = "2027-01-26".into();
    cleo.holds_clinic(form).await;
    let starts: Vec<String> = app.all_slots().await.iter().map(|slot| slot.1.to_string()).collect();
    assert_eq!(starts.len(), 6);
    assert_eq!(starts[..3], ["2027-01-19T09:00:00Z", "2027-01-19T10:00:00Z", "2027-01-19T11:00:00Z"]);
}

#[apply(both_engines)]
async fn concurrent_instances_generate_the_same_slots_as_one(app: TestApp) {
    for (number, day) in ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].iter().enumerate() {
        let cleo = app.clinician(&format!("Cleo Marsh {number}")).await;
        cleo.holds_clinic_on(day, "09:00", "11:00", 30, "assessment", "video").await;
        cleo.holds_clinic_on(day, "13:00", "15:00", 60, "treatment", "phone").await;
    }
    let before = app.all_slots().await.len();
    app.advance_clock_to("2027-01-25T09:00:00Z");
    let other = Platform { db: Db::start(&app.engine, 4), ..app.platform.clone() };
    let rounds = |number: usize| {
        let platform = if number.is_multiple_of(2) { app.platform.clone() } else { other.clone() };
        async move { while platform.write(calendar::extend).await.unwrap() > 0 {} }
    };
    at_once(8, rounds).await;
    // Instances that found every clinic locked stopped; the last one left nothing to do.
    assert_eq!(app.write(calendar::extend).await, 0);
    let slots = app.all_slots().await;
    // Two weeks further for each; on Mondays the day itself is the first of twelve.
    assert_eq!(slots.len(), before + 7 * 2 * (4 + 2));
    assert!(slots.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1), "none overlap");
    assert!(slots.iter().all(|slot| slot.3 == "free"));
}

#[apply(both_engines)]
async fn extending_leaves_ended_clinics_and_booked_appointments_alone(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let made = cleo.holds_clinic_on("tuesday", "09:00", "10:00", 60, "assessment", "video").await;
    cleo.holds_clinic_on("friday", "09:00", "10:00", 60, "assessment", "video").await;
    ada.books_at(&cleo, "2027-01-29T09:00:00Z").await;
    cleo.post_empty(&format!("/v1/clinics/{}/end", made.id())).send().await.expect(200);
    app.advance_clock_to("2027-01-25T09:00:00Z");
    assert_eq!(app.write(calendar::extend).await, 1);
    assert_eq!(app.write(calendar::extend).await, 0);
    let slots = app.all_slots().await;
    assert_eq!(slots.iter().filter(|slot| slot.3 == "booked").count(), 1);
    let free: Vec<_> = slots.iter().filter(|slot| slot.3 == "free").collect();
    assert_eq!(free.last().unwrap().1.to_string(), "2027-04-16T08:00:00Z");
    assert_eq!(free.len(), 13 - 1, "thirteen Fridays without Good Friday, one of them booked");
}
