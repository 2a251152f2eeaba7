//! Booking an appointment, and reading it.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::json;

use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_books_an_assessment(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let body = json!({ "slot_id": slot, "arrangements": "  Please ring the side door.  " });
    let booked = ada.post("/v1/appointments", body).send().await.expect(201);
    let id = booked.id();
    assert_eq!(booked.header("location"), Some(format!("/v1/appointments/{id}").as_str()));
    assert_eq!(booked.etag(), "\"v1\"");
    assert_eq!(booked.text("state"), "booked");
    assert_eq!(booked.text("arrangements"), "Please ring the side door.");
    assert_eq!(booked.json["history"][0]["event"], "booked");
    assert_eq!(ada.reads_appointment(&id).await.expect(200).json, booked.json);
    assert_eq!(app.slot_state(&slot).await, "booked");
    assert_eq!(app.pathway_of(&ada).await, Pathway::AssessmentBooked);
    assert_eq!(app.audit_actions(&id).await, ["appointment.booked"]);
}

#[apply(both_engines)]
async fn confirmation_email_states_the_time_and_nothing_else(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(200), AppointmentKind::Assessment).await;
    let cory = app.coordinator().await;
    let booked = cory.books_for(&ada, &slot).await.expect(201);
    assert_eq!(booked.text("booked_by_role"), "staff");
    let emails = app.emails_to(&ada.email).await;
    let email = emails.last().unwrap();
    assert_eq!(email.subject, "Your booking is confirmed");
    assert!(email.body.contains("Friday 30 July 2027 at 10:00 (UK time)"), "{}", email.body);
    assert!(email.body.contains(&format!("https://app.example.org/bookings/{}", booked.id())), "{}", email.body);
    for word in ["Cleo", "psych", "Confide", "assess", "clinic", "Centre"] {
        assert!(!email.body.contains(word) && !email.subject.contains(word), "{word}");
    }
}

#[apply(both_engines)]
async fn pathway_decides_which_kind_can_be_booked(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let assessment = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let treatment = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Treatment).await;
    for (pathway, first, second) in [
        (Pathway::Registered, "intake_required", "assessment_required"),
        (Pathway::AwaitingFunding, "not_eligible", "not_eligible"),
        (Pathway::AwaitingDecision, "not_eligible", "not_eligible"),
        (Pathway::Signposted, "not_eligible", "not_eligible"),
        (Pathway::Discharged, "not_eligible", "not_eligible"),
        (Pathway::AssessmentBooked, "assessment_booked", "assessment_required"),
    ] {
        app.set_pathway(&ada, pathway).await;
        ada.books(&assessment).await.expect_problem(first);
        ada.books(&treatment).await.expect_problem(second);
    }
    app.set_pathway(&ada, Pathway::InCare).await;
    ada.books(&assessment).await.expect_problem("not_eligible");
    ada.books(&treatment).await.expect(201);
    assert_eq!(app.pathway_of(&ada).await, Pathway::InCare);
}

#[apply(both_engines)]
async fn practitioners_book_only_within_minimum_notice_and_booking_window(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let soon = app.free_slot(&cleo, TimeDelta::minutes(119), AppointmentKind::Assessment).await;
    let far = app.free_slot(&cleo, TimeDelta::days(43), AppointmentKind::Assessment).await;
    let past = app.free_slot(&cleo, TimeDelta::zero(), AppointmentKind::Assessment).await;
    let mut details = std::collections::BTreeSet::new();
    for slot in [&soon, &far, &past] {
        let refused = ada.books(slot).await.expect_problem("slot_not_bookable");
        details.insert(refused.json["detail"].as_str().unwrap().to_owned());
    }
    assert_eq!(details.len(), 3, "each has its own reason: {details:?}");
}

#[apply(both_engines)]
async fn practitioner_cannot_book_overlapping_appointments(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    app.set_pathway(&ada, Pathway::InCare).await;
    let first = app.free_slot(&cleo, TimeDelta::hours(48), AppointmentKind::Treatment).await;
    let overlapping = app.free_slot(&dan, TimeDelta::minutes(48 * 60 + 49), AppointmentKind::Treatment).await;
    let next = app.free_slot(&cleo, TimeDelta::minutes(48 * 60 + 50), AppointmentKind::Treatment).await;
    ada.books(&first).await.expect(201);
    ada.books(&overlapping).await.expect_problem("appointment_overlaps");
    ada.books(&next).await.expect(201);
    assert_eq!(app.slot_state(&overlapping).await, "free");
}

#[apply(both_engines)]
async fn number_of_open_bookings_is_limited(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    app.set_pathway(&ada, Pathway::InCare).await;
    for day in 2..14 {
        let slot = app.free_slot(&cleo, TimeDelta::days(day), AppointmentKind::Treatment).await;
        ada.books(&slot).await.expect(201);
    }
    let one_more = app.free_slot(&cleo, TimeDelta::days(20), AppointmentKind::Treatment).await;
    ada.books(&one_more).await.expect_problem("limit_reached");
}

#[apply(both_engines)]
async fn slot_of_a_clinician_the_practitioner_must_not_meet_is_not_found(app: TestApp) {
    let (ada, cleo, dan) = (app.ada().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let blocked = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let colleague = app.free_slot(&dan, TimeDelta::days(2), AppointmentKind::Assessment).await;
    ada.blocks(&cleo).await.expect(201);
    app.share_an_employer(&ada, &dan).await;
    let cory = app.coordinator().await;
    for slot in [blocked, colleague, ada.id] {
        ada.books(&slot).await.expect_problem("not_found");
    }
    cory.books_for(&ada, &ada.id).await.expect_problem("not_found");

    // To staff such a slot is gone, like one that is withdrawn; each attempt shows.
    let eve = app.clinician("Eve Clinician").await;
    let withdrawn = app.free_slot(&eve, TimeDelta::days(2), AppointmentKind::Assessment).await;
    app.write(move |tx| confide::scheduling::calendar::queries::slots::withdraw(tx, &[withdrawn])).await;
    let gone = cory.books_for(&ada, &withdrawn).await.expect_problem("slot_taken");
    for slot in [blocked, colleague] {
        let refused = cory.books_for(&ada, &slot).await.expect_problem("slot_taken");
        assert_eq!(refused.json, gone.json);
    }
    assert_eq!(app.refusal_count_of("appointment.booked", ada.id).await, 4);
    let trail = app.audit_trail_of(&cory).await;
    let tried: Vec<_> = trail.iter().filter(|(action, ..)| action.starts_with("appointment.")).map(|row| row.1).collect();
    assert_eq!(tried, [Some(ada.id); 4], "each once, and not as done");
}

#[apply(both_engines)]
async fn repeated_request_with_the_same_key_returns_the_first_response(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let request = || ada.post("/v1/appointments", json!({ "slot_id": slot })).key("k-1");
    let (first, again) = (request().send().await.expect(201), request().send().await.expect(201));
    assert_eq!((first.json, first.headers.get("etag")), (again.json, again.headers.get("etag")));
    let other = ada.post("/v1/appointments", json!({ "slot_id": slot, "confirm_hold": false })).key("k-1");
    other.send().await.expect_problem("idempotency_key_reused");
    assert_eq!(app.emails_to(&ada.email).await.len(), 1);
}

#[apply(both_engines)]
async fn users_list_their_own_appointments_and_coordinators_list_all(app: TestApp) {
    let (ada, ben, cleo, dan) = (app.ada().await, app.ben().await, app.cleo().await, app.clinician("Dan Clinician").await);
    let first = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let second = app.free_slot(&dan, TimeDelta::days(3), AppointmentKind::Assessment).await;
    let adas = ada.books(&first).await.expect(201).id();
    let bens = ben.books(&second).await.expect(201).id();
    let cory = app.coordinator().await;
    let list = async |who: &crate::support::actors::Actor, query: &str| -> Vec<String> {
        let reply = who.get(&format!("/v1/appointments{query}")).send().await.expect(200);
        reply.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(list(&ada, "").await, [adas.clone()]);
    assert_eq!(list(&dan, "").await, [bens.clone()]);
    assert_eq!(list(&cory, "").await, [adas.clone(), bens.clone()]);
    assert_eq!(list(&cory, &format!("?practitioner_id={}", ben.id)).await, [bens.clone()]);
    assert_eq!(list(&cory, &format!("?clinician_id={}&state=booked", cleo.id)).await, [adas.clone()]);
    assert_eq!(list(&cory, "?from=2027-01-14T09:00:00Z").await, [bens.clone()]);
    assert_eq!(list(&cory, "?until=2027-01-14T09:00:00Z&state=cancelled").await, Vec::<String>::new());
    assert_eq!(list(&ada, &format!("?practitioner_id={}", ben.id)).await, Vec::<String>::new());
    assert_eq!(list(&cory, "?from=1900-01-01T00:00:00Z").await.len(), 2);
    let page = cory.get("/v1/appointments?limit=1").send().await.expect(200);
    assert_eq!(list(&cory, &format!("?limit=1&cursor={}", page.text("next_cursor"))).await, [bens.clone()]);
    for stranger in [&ben, &dan] {
        stranger.reads_appointment(&adas).await.expect_problem("not_found");
    }
    cory.reads_appointment(&adas).await.expect(200);
}

#[apply(both_engines)]
async fn appointment_is_hidden_from_a_clinician_who_is_blocked_later(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    cleo.reads_appointment(&id).await.expect(200);
    ada.blocks(&cleo).await.expect(201);
    cleo.reads_appointment(&id).await.expect_problem("not_found");
    cleo.cancels(&id, "service").await.expect_problem("not_found");
    assert!(cleo.get("/v1/appointments").send().await.expect(200).items().is_empty());
    ada.reads_appointment(&id).await.expect(200);
    ada.cancels(&id, "practitioner_other").await.expect(200);
}

#[apply(both_engines)]
async fn appointment_is_hidden_from_a_clinician_with_the_same_employer(app: TestApp) {
    let (ada, cleo) = (app.ada().await, app.cleo().await);
    let slot = app.free_slot(&cleo, TimeDelta::days(2), AppointmentKind::Assessment).await;
    let id = ada.books(&slot).await.expect(201).id();
    app.share_an_employer(&ada, &cleo).await;
    cleo.reads_appointment(&id).await.expect_problem("not_found");
    assert!(cleo.get("/v1/appointments").send().await.expect(200).items().is_empty());
}
