//! Journeys that begin on the contact line.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::actors::{Actor, PASSWORD};
use crate::support::contacts::{CALLERS_NUMBER, nurse_caller};
use crate::support::funding::{SOUTH_WEST_LONDON, approve_sessions, decline};
use crate::support::{TestApp, apply, both_engines};

/// The form of a nurse who was invited: only what the invitation does not fill in.
async fn registers_with(app: &TestApp, name: &str, token: &str) -> Actor {
    let mut form = app.nurse_registration(name);
    for member in ["profession", "setting", "nation", "icb_code", "pseudonym"] {
        form.as_object_mut().unwrap().remove(member);
    }
    form["invitation_token"] = json!(token);
    assert_eq!(app.registers(&form).await.expect(201).text("decision"), "needs_funding");
    let email = form["email"].as_str().unwrap().to_owned();
    app.confirms_address(&email).await.expect(204);
    app.signed_in(name, &email, PASSWORD).await
}

#[apply(both_engines)]
async fn nurse_phones_is_invited_is_funded_and_books_an_assessment(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let cleo = app.clinician("Cleo Marsh").await;
    cleo.holds_clinic_on("wednesday", "09:00", "11:00", 60, "assessment", "video").await;
    let called_at = app.now();

    // She phones, says little, and wants to register.
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let advice = hanna.triages_contact(&contact, &["wants_to_register"]).await.expect(200);
    assert_eq!(advice.text("next_step"), "send_invitation");
    let verdict = hanna.get(&format!("/v1/contacts/{contact}/eligibility")).send().await.expect(200);
    assert_eq!(verdict.text("decision"), "needs_funding");
    hanna.invites_caller(&contact, "sms").await.expect(201);
    hanna.closes_contact(&contact, "invited").await.expect(200);

    // The link in the text message opens the app, which has her details already.
    app.clock.advance(TimeDelta::minutes(5));
    let token = app.invitation_texted_to(CALLERS_NUMBER).await;
    assert_eq!(app.looks_up_invitation(&token).await.expect(200).text("preferred_name"), "Wren");
    let nurse = registers_with(&app, "Nora Nurse", &token).await;
    assert_eq!(
        (nurse.pathway().await, nurse.own_registration().await.text("pseudonym")),
        ("awaiting_funding".into(), "Wren".into())
    );

    // Her care needs funding: she applies, and the commissioner approves six sessions.
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    commissioner.decides(&request, approve_sessions(6)).await.expect(200);
    assert_eq!(nurse.pathway().await, "registered");

    nurse.completes_intake().await;
    let slot = nurse.finds_slot(&cleo, "2027-01-13T09:00:00Z").await;
    nurse.books(&slot).await.expect(201);
    assert_eq!((nurse.pathway().await, nurse.sessions_used(&request).await), ("assessment_booked".into(), 1));

    // Her wait is counted from her call. The call handler does not learn that the link was used.
    let id = nurse.id;
    assert_eq!(app.write(move |tx| confide::access::contacts::first_contact_of(tx, id)).await, Some(called_at));
    assert_eq!(hanna.invitation_states(&contact).await, ["sent"]);
    let read = hanna.reads_contact(&contact).await.expect(200);
    for word in [nurse.id.to_string(), request, "awaiting".into(), "assessment".into(), "nora".into()] {
        assert!(!read.json.to_string().to_lowercase().contains(&word), "{word} is in {}", read.json);
    }
    hanna.get(&format!("/v1/practitioners/{}", nurse.id)).send().await.expect(403);
}

#[apply(both_engines)]
async fn text_at_three_in_the_morning_leads_to_a_registration_next_day(app: TestApp) {
    app.clock.advance(TimeDelta::hours(18));
    let hanna = app.call_handler().await;
    // A text without a name. The telephone is not answered at this hour; texts are, and the urgent routes are there.
    let contact = hanna.logs_contact("text", json!({ "phone": "07700 900123", "safe_to_text": true })).await.expect(201);
    assert!(contact.json["out_of_hours"].is_null());
    let call = hanna.logs_contact("phone", json!({})).await.expect(201);
    assert_eq!(call.json["out_of_hours"]["crisis_help"][0]["id"], "emergency_999");
    let contact = contact.id();
    let advice = hanna.triages_contact(&contact, &["needs_today", "wants_to_register"]).await.expect(200);
    assert_eq!(advice.text("next_step"), "arrange_today");
    let routes: Vec<&str> =
        advice.json["signposts"].as_array().unwrap().iter().map(|route| route["id"].as_str().unwrap()).collect();
    assert!(routes.contains(&"emergency_999") && routes.contains(&"samaritans") && routes.contains(&"shout"), "{routes:?}");
    hanna.completes_waiting_contact_tasks().await;
    hanna.invites_caller(&contact, "sms").await.expect(201);
    hanna.closes_contact(&contact, "invited").await.expect(200);

    app.clock.advance(TimeDelta::hours(6));
    let token = app.invitation_texted_to(CALLERS_NUMBER).await;
    let brings = app.looks_up_invitation(&token).await.expect(200);
    assert!(brings.json["preferred_name"].is_null() && brings.text("phone") == "07700 900123");
    app.registers(&app.registration_with_invitation("Ada Byron", &token)).await.expect(201);
    app.confirms_address("ada.byron@example.org").await.expect(204);
    let ada = app.signed_in("Ada Byron", "ada.byron@example.org", PASSWORD).await;
    assert_eq!((ada.pathway().await, ada.own_registration().await.text("phone")), ("registered".into(), "07700 900123".into()));
}

#[apply(both_engines)]
async fn declined_caller_appeals_and_is_signposted(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let commissioner = app.commissioner("Morgan Vale", &[SOUTH_WEST_LONDON]).await;
    let (_, token) = hanna.invites_nurse().await;
    let nurse = registers_with(&app, "Nora Nurse", &token).await;
    let request = nurse.submits_own_request().await;
    cory.sends_to_panel(&request, "2027-01-25").await;
    commissioner.decides(&request, decline()).await.expect(200);
    nurse.appeals(&request, "evidence_not_considered").await.expect(200);
    commissioner.decides(&request, decline()).await.expect(200);
    assert_eq!((nurse.state_of_request(&request).await, nurse.pathway().await), ("final".into(), "signposted".into()));
    assert!(!nurse.own_registration().await.json["signposts"].as_array().unwrap().is_empty());
    // She phones again, is found only by the number that she gives, and may always talk to a call handler.
    let again = hanna.post("/v1/contact-searches", json!({ "phone": "07700 900123" })).send().await.expect(200);
    assert_eq!(again.items().len(), 1);
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    assert_eq!(hanna.triages_contact(&contact, &["needs_today"]).await.expect(200).text("next_step"), "arrange_today");
}
