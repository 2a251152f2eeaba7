//! Absences, and the calendar that shows them.

use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn absence_removes_overlapping_free_slots_and_deleting_it_restores_them(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bo) = (app.practitioner_after_intake("Ada Quill").await, app.practitioner_after_intake("Bo Wren").await);
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let booked = ada.books_at(&cleo, "2027-01-12T11:00:00Z").await;
    bo.holds_at(&cleo, "2027-01-12T10:00:00Z").await;

    let away = cleo.is_away("2027-01-12T10:30:00Z", "2027-01-12T18:00:00Z").await;
    assert_eq!(away.json["orphaned_appointments"], json!([booked]));
    let day = ("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z");
    assert_eq!(cleo.free_slots(day.0, day.1).await, ["2027-01-12T09:00:00Z"]);
    assert_eq!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().len(), 1);

    cleo.delete(away.header("location").unwrap()).send().await.expect(204);
    assert_eq!(cleo.free_slots(day.0, day.1).await, ["2027-01-12T09:00:00Z", "2027-01-12T10:00:00Z"]);
    assert!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().is_empty());
    cleo.delete(away.header("location").unwrap()).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn slots_generated_later_avoid_absences(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.is_away("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    cleo.is_away("2027-04-06T00:00:00Z", "2027-04-07T00:00:00Z").await;
    cleo.holds_clinic_on("tuesday", "09:00", "10:00", 60, "assessment", "video").await;
    let slots = app.all_slots().await;
    assert_eq!(slots.len(), 11);
    assert_eq!(slots[0].1.to_string(), "2027-01-19T09:00:00Z");
    app.advance_clock_to("2027-01-18T09:00:00Z");
    app.write(confide::scheduling::calendar::extend).await;
    assert_eq!(app.all_slots().await.last().unwrap().1.to_string(), "2027-03-30T08:00:00Z", "6 April has no slots");
}

#[apply(both_engines)]
async fn invalid_absence_is_refused(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    for (from, to) in [
        ("2027-01-13T00:00:00Z", "2027-01-12T00:00:00Z"),
        ("2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z"),
        ("2027-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("2199-12-30T00:00:00Z", "2199-12-31T23:59:59Z"),
    ] {
        let form = json!({ "starts_at": from, "ends_at": to });
        cleo.post("/v1/absences", form).send().await.expect_field("invalid_body", "/ends_at");
    }
    let local = json!({ "starts_at": "2027-02-01T00:00:00", "ends_at": "2027-02-02T00:00:00Z" });
    cleo.post("/v1/absences", local).send().await.expect_field("invalid_body", "/starts_at");
}

#[apply(both_engines)]
async fn absences_are_listed_with_their_notes_which_are_encrypted(app: TestApp) {
    use confide::scheduling::schema::absences;
    use diesel::prelude::*;
    let (cleo, dan, cory) = (app.clinician("Cleo Marsh").await, app.clinician("Dan Firth").await, app.coordinator().await);
    let form = json!({ "clinician_id": cleo.id, "starts_at": "2027-03-01T00:00:00Z", "ends_at": "2027-03-02T00:00:00Z", "note": "Dentist" });
    dan.post("/v1/absences", form.clone()).send().await.expect_problem("not_found");
    let entered = cory.post("/v1/absences", form).send().await.expect(201);
    cleo.is_away("2027-02-01T00:00:00Z", "2027-02-02T00:00:00Z").await;
    let page = cleo.get("/v1/absences?limit=1").send().await.expect(200);
    assert_eq!(page.items()[0]["starts_at"], "2027-02-01T00:00:00Z");
    let rest = cleo.get(&format!("/v1/absences?cursor={}", page.text("next_cursor"))).send().await.expect(200);
    assert_eq!((rest.items().len(), &rest.items()[0]["note"]), (1, &json!("Dentist")));
    dan.delete(&format!("/v1/absences/{}", entered.id())).send().await.expect_problem("not_found");
    let notes: Vec<Option<Vec<u8>>> = app.sql(|conn| Ok(absences::table.select(absences::note).load(conn)?)).await;
    let sealed: Vec<Vec<u8>> = notes.into_iter().flatten().collect();
    assert_eq!(sealed.len(), 1, "one absence has a note");
    assert!(!String::from_utf8_lossy(&sealed[0]).contains("Dentist"));
}

#[apply(both_engines)]
async fn calendar_shows_slots_appointments_and_absences(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bo) = (app.practitioner_after_intake("Ada Quill").await, app.practitioner_after_intake("Bo Wren").await);
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let booked = ada.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    bo.holds_at(&cleo, "2027-01-12T11:00:00Z").await;
    cleo.is_away("2027-01-12T20:00:00Z", "2027-01-12T21:00:00Z").await;
    let entries = cleo.calendar("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    let shown: Vec<_> = entries.iter().map(|e| (e["kind"].as_str().unwrap(), e["state"].as_str())).collect();
    let expected = [("slot", Some("free")), ("appointment", Some("booked")), ("slot", Some("held")), ("absence", None)];
    assert_eq!(shown, expected);
    assert_eq!((&entries[1]["id"], &entries[1]["practitioner_id"]), (&json!(booked), &json!(ada.id)));
    assert!(entries[1]["reference"].as_str().unwrap().starts_with("CF-"));
    assert_eq!(entries[1]["pseudonym"], "Ada Quill");

    let cory = app.coordinator().await;
    let window = "from=2027-01-12T00:00:00Z&until=2027-01-13T00:00:00Z";
    cory.get(&format!("/v1/calendar?{window}")).send().await.expect_field("invalid_parameter", "clinician_id");
    let theirs = cory.get(&format!("/v1/calendar?{window}&clinician_id={}", cleo.id)).send().await.expect(200);
    assert_eq!(theirs.items(), &entries);
    let dan = app.clinician("Dan Firth").await;
    dan.get(&format!("/v1/calendar?{window}&clinician_id={}", cleo.id)).send().await.expect_problem("not_found");
}

#[apply(both_engines)]
async fn calendar_window_is_at_most_a_month(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    for (from, to) in [
        ("2027-01-01T00:00:00Z", "2027-02-02T00:00:00Z"),
        ("2027-01-02T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2127-01-01T00:00:00Z", "2127-01-02T00:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-02T00:00:00Z"),
    ] {
        cleo.get(&format!("/v1/calendar?from={from}&until={to}")).send().await.expect_field("invalid_parameter", "from");
    }
    // October in Britain has 31 days and an hour.
    cleo.get("/v1/calendar?from=2026-09-30T23:00:00Z&until=2026-11-01T00:00:00Z").send().await.expect(200);
    cleo.get("/v1/calendar?from=2027-01-01T00:00:00Z").send().await.expect_field("invalid_parameter", "until");
}

#[apply(both_engines)]
async fn calendar_hides_appointments_with_a_practitioner_the_clinician_must_not_meet(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    let (ada, bo) = (app.practitioner_after_intake("Ada Quill").await, app.practitioner_after_intake("Bo Wren").await);
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    ada.books_at(&cleo, "2027-01-12T09:00:00Z").await;
    bo.books_at(&cleo, "2027-01-12T10:00:00Z").await;
    ada.blocks(&cleo).await.expect(201);
    app.share_an_employer(&bo, &cleo).await;
    let entries = cleo.calendar("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    let shown: Vec<_> = entries.iter().map(|e| (e["kind"].as_str().unwrap(), e["state"].as_str())).collect();
    assert_eq!(shown, [("absence", None), ("absence", None), ("slot", Some("free"))]);
    assert!(entries.iter().all(|entry| entry["practitioner_id"].is_null() && entry["reference"].is_null()));
    let away = cleo.is_away("2027-01-12T00:00:00Z", "2027-01-13T00:00:00Z").await;
    assert_eq!(away.json["orphaned_appointments"], json!([]));
    assert!(cleo.get("/v1/orphaned-appointments").send().await.expect(200).items().is_empty());
    assert_eq!(app.coordinator().await.get("/v1/orphaned-appointments").send().await.expect(200).items().len(), 2);
}

#[apply(both_engines)]
async fn orphaned_appointments_are_paged_soonest_first(app: TestApp) {
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("tuesday", "09:00", "12:00", 60, "assessment", "video").await;
    let cory = app.coordinator().await;
    let mut expected = Vec::new();
    for (name, start) in
        [("Ada Quill", "2027-01-12T09:00:00Z"), ("Bo Wren", "2027-01-19T09:00:00Z"), ("Cy Dow", "2027-01-26T09:00:00Z")]
    {
        let person = app.practitioner_after_intake(name).await;
        expected.push(json!(person.books_at(&cleo, start).await));
    }
    cleo.is_away("2027-01-12T00:00:00Z", "2027-02-12T00:00:00Z").await;
    let first = cory.get("/v1/orphaned-appointments?limit=2").send().await.expect(200);
    let rest = cory.get(&format!("/v1/orphaned-appointments?cursor={}", first.text("next_cursor"))).send().await.expect(200);
    let found: Vec<_> = first.items().iter().chain(rest.items()).map(|item| item["id"].clone()).collect();
    assert_eq!(found, expected);
}
