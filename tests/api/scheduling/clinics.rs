//! Clinics: creating, changing and ending them, and the appointments that this affects.

use serde_json::json;

use crate::support::clinicians::clinic;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn clinic_is_created_read_and_listed(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let made = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 50, "assessment", "in_person").await;
    assert_eq!(made.json["valid_from"], "2027-01-11");
    assert_eq!(made.json["slots_until"], "2027-04-05");
    assert_eq!(made.json["place"], "Quay Centre");
    let read = cleo.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!((&read.json, read.etag()), (&made.json, made.etag()));
    app.clock.advance(chrono::TimeDelta::seconds(1));
    let second = cleo.holds_clinic_on("tuesday", "12:00", "13:00", 30, "treatment", "phone").await;
    let page = cleo.get("/v1/clinics?limit=1").send().await.expect(200);
    assert_eq!(page.items(), &[made.json]);
    let rest = cleo.get(&format!("/v1/clinics?cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!(rest.items(), &[second.json]);
}

#[apply(both_engines)]
async fn clinic_may_end_at_midnight(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let made = cleo.holds_clinic_on("tuesday", "22:00", "24:00", 60, "treatment", "phone").await;
    assert_eq!((made.text("from"), made.text("until")), ("22:00".to_owned(), "24:00".to_owned()));
    let read = cleo.get(made.header("location").unwrap()).send().await.expect(200);
    assert_eq!(read.json, made.json);
    let slots = cleo.calendar("2027-01-12T00:00:00Z", "2027-01-14T00:00:00Z").await;
    let times: Vec<_> =
        slots.iter().map(|slot| (slot["starts_at"].as_str().unwrap(), slot["ends_at"].as_str().unwrap())).collect();
    let expected = [("2027-01-12T22:00:00Z", "2027-01-12T23:00:00Z"), ("2027-01-12T23:00:00Z", "2027-01-13T00:00:00Z")];
    assert_eq!(times, expected);
    let later = clinic("tuesday", "23:00", "23:30", 30, "treatment", "phone");
    cleo.post("/v1/clinics", later).send().await.expect_problem("clinic_overlaps");
    cleo.post("/v1/clinics", clinic("friday", "24:00", "24:00", 30, "treatment", "phone"))
        .send()
        .await
        .expect_field("invalid_body", "/from");
}

#[apply(both_engines)]
async fn coordinator_names_the_clinician_and_other_clinicians_have_no_access(app: TestApp) {
    let (cleo, dan, cory) = (app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await, app.coordinator().await);
    let mut form = clinic("tuesday", "09:00", "12:00", 60, "assessment", "video");
    cory.post("/v1/clinics", form.clone()).send().await.expect_field("invalid_body", "/clinician_id");
    form["clinician_id"] = json!(cleo.id);
    dan.post("/v1/clinics", form.clone()).send().await.expect_problem("not_found");
    let made = cory.post("/v1/clinics", form.clone()).send().await.expect(201);
    let path = format!("/v1/clinics/{}", made.id());
    dan.get(&path).send().await.expect_problem("not_found");
    dan.put(&path, form.clone()).if_match(&made.etag()).send().await.expect_problem("not_found");
    dan.post_empty(&format!("{path}/end")).send().await.expect_problem("not_found");
    dan.get(&format!("/v1/clinics?clinician_id={}", cleo.id)).send().await.expect_problem("not_found");
    cory.get("/v1/clinics").send().await.expect_field("invalid_parameter", "clinician_id");
    assert_eq!(cory.get(&format!("/v1/clinics?clinician_id={}", cleo.id)).send().await.expect(200).items().len(), 1);
    form["clinician_id"] = json!(cory.id);
    cory.post("/v1/clinics", form).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn invalid_clinic_is_refused(app: TestApp) {
    let newcomer = app.staff("Nia Newcomer", confide::people::Role::Clinician).await;
    let form = clinic("tuesday", "09:00", "12:00", 60, "assessment", "video");
    newcomer.post("/v1/clinics", form.clone()).send().await.expect_problem("directory_entry_required");
    let cleo = app.clinician("Cleo Marsh").await;
    for (member, value, code, pointer) in [
        ("until", json!("09:00"), "invalid_body", "/until"),
        ("slot_minutes", json!(52), "invalid_body", "/slot_minutes"),
        ("slot_minutes", json!(5), "invalid_body", "/slot_minutes"),
        ("from", json!("24:00"), "invalid_body", "/from"),
        ("weekday", json!("caturday"), "invalid_body", "/weekday"),
        ("mode", json!("in_person"), "invalid_body", "/place"),
        ("valid_until", json!("2026-01-01"), "invalid_body", "/valid_until"),
        ("ended_at", json!(null), "invalid_body", "/ended_at"),
    ] {
        let mut wrong = form.clone();
        wrong[member] = value;
        cleo.post("/v1/clinics", wrong).send().await.expect_field(code, pointer);
    }
}

#[apply(both_engines)]
async fn concurrent_requests_never_create_overlapping_clinics(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let request = |from: &str| cleo.post("/v1/clinics", clinic("tuesday", from, "12:00", 60, "assessment", "video")).send();
    let times = ["09:00", "10:00", "11:00", "09:30", "10:30", "11:00"];
    let asked = at_once(6, |number| request(times[number])).await;
    expect_outcomes(&asked, &[("201", 1), ("clinic_overlaps", 5)]);
    assert_eq!(cleo.get("/v1/clinics").send().await.expect(200).items().len(), 1);
}

#[apply(both_engines)]
async fn repeated_request_with_the_same_key_creates_one_clinic(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let request = || cleo.post("/v1/clinics", clinic("tuesday", "09:00", "10:00", 60, "assessment", "video")).key("k1").send();
    let (first, second) = (request().await.expect(201), request().await.expect(201));
    assert_eq!(first.id(), second.id());
    let other = clinic("friday", "09:00", "10:00", 60, "assessment", "video");
    cleo.post("/v1/clinics", other).key("k1").send().await.expect_problem("idempotency_key_reused");
}

#[apply(both_engines)]
async fn changed_clinic_regenerates_its_slots_and_lists_orphaned_appointments(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bo) = (app.practitioner_after_intake("Ada Quill").await, app.practitioner_after_intake("Bo Wren").await);
    let made = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    ada.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    let early = bo.books_at(&cleo, "2027-01-12T09:00:00Z").await;
    let path = format!("/v1/clinics/{}", made.id());
    let form = clinic("tuesday", "10:00", "14:00", 60, "assessment", "video");

    let seen = cleo.put(&format!("{path}?preview=true"), form.clone()).if_match(&made.etag()).send().await.expect(200);
    assert_eq!((&seen.json["preview"], &seen.json["orphaned_appointments"]), (&json!(true), &json!([early])));
    assert_eq!(seen.etag(), made.etag());
    assert_eq!(cleo.get(&path).send().await.expect(200).json, made.json, "nothing was changed");
    assert!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().is_empty());

    let done = cleo.put(&path, form.clone()).if_match(&made.etag()).send().await.expect(200);
    assert_eq!((&done.json["preview"], &done.json["orphaned_appointments"]), (&json!(false), &json!([early])));
    assert_eq!(done.json["clinic"]["from"], "10:00");
    let free = cleo.free_slots("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    assert_eq!(free, ["2027-01-12T11:00:00Z", "2027-01-12T12:00:00Z", "2027-01-12T13:00:00Z"]);
    let orphans = app.coordinator().await.get("/v1/orphaned-appointments").send().await.expect(200);
    assert_eq!(orphans.items().len(), 1);
    assert_eq!((&orphans.items()[0]["id"], &orphans.items()[0]["practitioner_id"]), (&json!(early), &json!(bo.id)));
    cleo.put(&path, form).if_match(&made.etag()).send().await.expect_problem("version_mismatch");
}

#[apply(both_engines)]
async fn appointment_is_orphaned_while_its_mode_of_meeting_is_not_offered(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let made = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let booked = ada.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    let path = format!("/v1/clinics/{}", made.id());
    let by_phone = clinic("tuesday", "09:00", "12:00", 60, "assessment", "phone");
    let changed = cleo.put(&path, by_phone).if_match(&made.etag()).send().await.expect(200);
    assert_eq!(changed.json["orphaned_appointments"], json!([booked]));
    let by_video = clinic("tuesday", "09:00", "12:00", 60, "assessment", "video");
    cleo.put(&path, by_video).if_match(&changed.etag()).send().await.expect(200);
    assert!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().is_empty());
}

#[apply(both_engines)]
async fn ended_clinic_leaves_no_free_slot_and_cannot_be_changed(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let made = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let booked = ada.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    let path = format!("/v1/clinics/{}", made.id());
    let seen = cleo.post_empty(&format!("{path}/end?preview=true")).send().await.expect(200);
    assert_eq!(seen.json["orphaned_appointments"], json!([booked]));
    assert_eq!(cleo.get(&path).send().await.expect(200).json["ended_at"], json!(null));
    let done = cleo.post_empty(&format!("{path}/end")).send().await.expect(200);
    assert_eq!(done.json["orphaned_appointments"], json!([booked]));
    assert_eq!(
        cleo.post_empty(&format!("{path}/end")).send().await.expect(200).json["orphaned_appointments"],
        json!([]),
        "a repeat changes nothing"
    );
    assert!(cleo.free_slots("2027-01-11T00:00:00Z", "2027-02-11T00:00:00Z").await.is_empty());
    let form = clinic("tuesday", "09:00", "12:00", 60, "assessment", "video");
    cleo.put(&path, form).if_match(&done.etag()).send().await.expect_problem("state_conflict");
    // Another clinic may use its hours, but not the time of the orphaned appointment.
    cleo.holds_clinic_on("tuesday", "09:30", "12:30", 60, "treatment", "video").await;
    assert_eq!(cleo.free_slots("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await, ["2027-01-12T11:30:00Z"]);
}

#[apply(both_engines)]
async fn orphaning_is_recorded_in_the_history_and_the_audit_trail(app: TestApp) {
    use confide::scheduling::schema::appointment_events;
    use diesel::prelude::*;
    let cleo = app.clinician("Cleo Marsh").await;
    let ada = app.practitioner_after_intake("Ada Quill").await;
    let made = cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let booked = ada.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    cleo.post_empty(&format!("/v1/clinics/{}/end", made.id())).send().await.expect(200);
    let orphaned: confide::platform::ids::Id = app
        .sql(move |conn| {
            let events = appointment_events::table.filter(appointment_events::appointment_id.eq(booked));
            let orphaned = events.filter(appointment_events::event.eq("orphaned"));
            Ok(orphaned.select(appointment_events::actor_id).get_result(conn)?)
        })
        .await;
    assert_eq!(orphaned, cleo.id);
    assert_eq!(app.audit_count_of("appointment.orphaned", booked).await, 1);
}
