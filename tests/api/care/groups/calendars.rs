//! Sessions in the facilitators' calendars, and sessions that are moved or cancelled.

use serde_json::json;

use crate::support::groups::{starts_at, therapy, with_changes};
use crate::support::{TestApp, apply, both_engines};

const THURSDAY: (&str, &str) = ("2027-02-04T00:00:00Z", "2027-02-05T00:00:00Z");

#[apply(both_engines)]
async fn sessions_remove_free_slots_and_list_conflicting_appointments(app: TestApp) {
    let (cory, cleo, dora) = (app.coordinator().await, app.clinician("Cleo Marsh").await, app.clinician("Dora Field").await);
    cleo.holds_clinic_on("thursday", "16:00", "20:00", 60, "assessment", "video").await;
    let ada = app.practitioner_after_intake("Ada Byron").await;
    app.advance_clock_to("2027-01-25T09:00:00Z");
    let (cory, cleo, dora, ada) =
        (cory.signs_in_again().await, cleo.signs_in_again().await, dora.signs_in_again().await, ada.signs_in_again().await);
    let appointment = ada.books_at(&cleo, "2027-02-04T18:00:00Z").await;

    let made = cory.creates_group(therapy(&cleo, &dora)).await.expect(201);

    assert_eq!(made.json["orphaned_appointments"], json!([appointment]));
    assert_eq!(cleo.orphaned_appointments().await, [appointment.to_string()]);
    assert_eq!(ada.reads_appointment(&appointment.to_string()).await.expect(200).text("state"), "booked", "it is not cancelled");
    assert_eq!(cleo.free_slots(THURSDAY.0, THURSDAY.1).await, ["2027-02-04T16:00:00Z", "2027-02-04T17:00:00Z"]);
    let shown = cleo.calendar(THURSDAY.0, THURSDAY.1).await;
    let session = shown.iter().find(|entry| entry["kind"] == "absence").unwrap();
    assert_eq!(
        (session["starts_at"].as_str(), session["note"].as_str()),
        (Some("2027-02-04T18:00:00Z"), Some("Group session: Thursday evenings"))
    );
    let id = session["id"].as_str().unwrap();
    cleo.delete(&format!("/v1/absences/{id}")).send().await.expect_problem("time_reserved");
    let own = cleo.get("/v1/group-sessions?from=2027-02-01T00:00:00Z&until=2027-02-12T00:00:00Z").send().await.expect(200);
    assert_eq!(own.items().len(), 2);
}

#[apply(both_engines)]
async fn facilitator_cannot_lead_two_groups_at_the_same_time(app: TestApp) {
    let group = app.group(therapy).await;
    let elsewhere = app.clinician("Elsa Wood").await;
    let same_time = with_changes(therapy(&group.dora, &elsewhere), json!({ "starts_local": "19:00" }));
    group.cory.creates_group(same_time.clone()).await.expect_problem("facilitator_busy");
    group.cory.creates_group(with_changes(same_time, json!({ "starts_local": "19:30" }))).await.expect(201);
}

#[apply(both_engines)]
async fn cancelled_session_frees_the_time_and_notifies_members(app: TestApp) {
    let group = app.group(therapy).await;
    group.cleo.holds_clinic_on("thursday", "18:00", "19:00", 60, "treatment", "video").await;
    assert!(group.cleo.free_slots(THURSDAY.0, THURSDAY.1).await.is_empty());
    let (ada, _) = app.member("Ada Byron", &group).await;
    let first = group.sessions().await[0]["id"].as_str().unwrap().to_owned();

    let cancelled = group.dora.cancels_session(&first).await.expect(200);

    assert_eq!(cancelled.json["session"]["state"], "cancelled");
    assert_eq!(group.cleo.free_slots(THURSDAY.0, THURSDAY.1).await, ["2027-02-04T18:00:00Z"]);
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.iter().any(|email| email.body.contains("Thursday 4 February 2027 at 18:00")));
    assert_eq!(ada.reads_session(&first).await.expect(200).text("reason"), "Both of us are ill.");
    assert_eq!(
        group.cory.reads_group(&group.id).await.expect(200).text("enrolment_closes_at"),
        "2027-02-18T18:00:00Z",
        "the second session that takes place"
    );
    group.cory.cancels_session(&first).await.expect_problem("state_conflict");
    assert_eq!(app.audit_count_of("group_session.cancelled", first.parse().unwrap()).await, 1);
}

#[apply(both_engines)]
async fn moved_session_keeps_its_length_and_moves_in_the_facilitators_calendars(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let sessions = group.sessions().await;
    let (first, second) = (sessions[0]["id"].as_str().unwrap(), sessions[1]["id"].as_str().unwrap());
    group.cleo.moves_session(first, "2027-02-11T19:00:00Z").await.expect_problem("facilitator_busy");
    group.cleo.moves_session(first, "2027-01-10T18:00:00Z").await.expect_field("invalid_body", "/starts_at");

    let moved = group.cleo.moves_session(first, "2027-02-05T12:00:00Z").await.expect(200);

    assert_eq!(
        (moved.json["session"]["moved"].as_bool(), moved.json["session"]["ends_at"].as_str()),
        (Some(true), Some("2027-02-05T13:30:00Z"))
    );
    assert!(group.dora.calendar(THURSDAY.0, THURSDAY.1).await.is_empty());
    assert_eq!(group.dora.calendar("2027-02-05T00:00:00Z", "2027-02-06T00:00:00Z").await.len(), 1);
    let emails = app.emails_to(&ada.email).await;
    assert!(emails.iter().any(|email| email.body.contains("Friday 5 February 2027 at 12:00")));
    assert_eq!(starts_at(&ada.reads_session(first).await.expect(200).json).to_rfc3339(), "2027-02-05T12:00:00+00:00");

    let other = app.clinician("Omar Other").await;
    let form = json!({ "starts_at": "2027-02-06T12:00:00Z", "reason": "I would like to." });
    other.post(&format!("/v1/group-sessions/{second}/move"), form).if_match("*").send().await.expect_problem("not_found");
    app.advance_clock_to("2027-02-11T18:00:00Z");
    let group = group.signed_in_again().await;
    group.cleo.moves_session(second, "2027-02-12T12:00:00Z").await.expect_problem("state_conflict");
}

#[apply(both_engines)]
async fn members_are_notified_by_their_channel_and_only_of_the_latest_change(app: TestApp) {
    let group = app.group(therapy).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let (bea, place) = app.member("Bea Byron", &group).await;
    ada.chooses_texts_to("+447700900124").await;
    app.deliver_due_messages().await;
    let first = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    let before = app.emails_to(&bea.email).await.len();

    app.advance_clock_to("2027-01-11T22:00:00Z");
    let (cleo, dora) = (group.cleo.signs_in_again().await, group.dora.signs_in_again().await);
    cleo.moves_session(&first, "2027-02-05T12:00:00Z").await.expect(200);
    dora.cancels_session(&first).await.expect(200);
    bea.signs_in_again().await.leaves_group(&place).await.expect(200);
    app.advance_clock_to("2027-01-12T08:00:00Z");

    let texts = app.texts_to("+447700900124").await;
    assert_eq!(
        texts.last().unwrap(),
        "Your booking for Fri 5 Feb 2027 at 12:00 (UK time) is cancelled. The details are in your app."
    );
    assert_eq!(texts.iter().filter(|text| text.contains("moved")).count(), 0, "it was cancelled before the move was sent");
    assert_eq!(app.emails_to(&bea.email).await.len(), before, "she has left");
}

#[apply(both_engines)]
async fn only_members_see_where_a_group_meets(app: TestApp) {
    let venue = json!({ "mode": "in_person", "link": null, "town": "Leeds", "place": "Mill Lane Centre" });
    let group = app.group(|a, b| with_changes(therapy(a, b), venue.clone())).await;
    let (ada, _) = app.member("Ada Byron", &group).await;
    let bea = app.seeded_in_care("Bea Byron").await;
    let session = group.sessions().await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ada.reads_session(&session).await.expect(200).text("place"), "Mill Lane Centre");
    assert_eq!(ada.reads_group(&group.id).await.expect(200).text("place"), "Mill Lane Centre");
    let mine = ada.get("/v1/group-sessions").send().await.expect(200);
    assert_eq!(mine.items()[0]["place"], "Mill Lane Centre");
    let seen = bea.reads_group(&group.id).await.expect(200);
    assert_eq!((seen.text("town"), seen.json["place"].is_null()), ("Leeds".into(), true));
    assert!(bea.reads_session(&session).await.expect(200).json["place"].is_null());
    assert!(bea.get("/v1/group-sessions").send().await.expect(200).items().is_empty());
}
