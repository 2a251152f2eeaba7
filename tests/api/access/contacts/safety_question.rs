//! A request for a call asks one safety question: who answers it with yes is called sooner and gets crisis help first.

use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::outreach::staff_addresses;
use crate::support::signposts::ids_of;
use crate::support::{TestApp, apply, both_engines};

const QUESTION: &str = "Are you thinking of ending your life, or is anyone in danger now?";

#[apply(both_engines)]
async fn answer_decides_how_soon_the_call_is_due_and_what_comes_first(app: TestApp) {
    let hanna = app.call_handler().await;
    let routes = app.get("/v1/contact-routes").send().await.expect(200);
    assert_eq!(routes.text("safety_question"), QUESTION);
    for limit in ["confidential", "die or come to serious harm", "if possible with your consent"] {
        assert!(routes.text("confidentiality").contains(limit), "{limit}");
    }
    for (number, (answer, kind, due, in_crisis)) in [
        (json!("yes"), "danger", "2027-01-11T09:15:00Z", true),
        (json!("prefer_not_to_say"), "today", "2027-01-11T13:00:00Z", true),
        (json!("no"), "call_back", "2027-01-12T09:00:00Z", false),
        (Value::Null, "call_back", "2027-01-12T09:00:00Z", false),
    ]
    .into_iter()
    .enumerate()
    {
        let phone = format!("07700 90010{number}");
        let form = json!({ "phone": phone, "safety_question": answer });
        let received = app.requests_call_back(form).await.expect(202);
        assert_eq!(received.text("call_back_due_at"), due, "{answer}");
        let body = String::from_utf8_lossy(&received.body).into_owned();
        let first = if in_crisis { "{\"crisis_help\":[{\"id\":\"emergency_999\"" } else { "{\"crisis_help\":[]" };
        assert!(body.starts_with(first), "{answer}: {body}");
        assert_eq!(received.json["contact_routes"]["crisis_help"][0]["id"], "emergency_999", "at any answer");
        let asked = app.post("/v1/contact-request-lookups", json!({ "code": received.text("code") })).send().await.expect(200);
        assert_eq!((asked.text("state"), asked.text("call_back_due_at")), ("waiting".into(), due.into()), "{answer}");

        let found = hanna.post("/v1/contact-searches", json!({ "phone": phone })).send().await.expect(200);
        let read = hanna.reads_contact(found.items()[0]["id"].as_str().unwrap()).await.expect(200);
        assert_eq!((&read.json["safety_answer"], read.json["tasks"].as_array().unwrap().len()), (&answer, 1));
        assert_eq!((&read.json["tasks"][0]["kind"], &read.json["needs_today"]), (&json!(kind), &json!(in_crisis)));
        assert_eq!(!read.json["crisis_help"].as_array().unwrap().is_empty(), answer == "yes");
    }
    let unknown = json!({ "phone": "07700 900123", "safety_question": "maybe" });
    app.requests_call_back(unknown).await.expect_field("invalid_body", "/safety_question");
}

#[apply(both_engines)]
async fn yes_reaches_everyone_on_the_contact_line_at_once_and_the_clinician_on_duty(app: TestApp) {
    let (hanna, cory) = (app.call_handler().await, app.coordinator().await);
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("gmc", "7654322").await;
    cory.puts_on_duty(&dora).await.expect(201);
    app.requests_call_back(json!({ "phone": "07700 900123", "safety_question": "no" })).await.expect(202);
    let urgent = async |person: &Actor| app.count_emails_about(person, "Please look at the app now").await;
    assert_eq!((urgent(&hanna).await, urgent(&cory).await), (0, 0));

    app.requests_call_back(json!({ "phone": "07700 900124", "safety_question": "yes" })).await.expect(202);
    app.run_contact_crises().await;
    assert_eq!((urgent(&hanna).await, urgent(&cory).await), (1, 1));
    assert_eq!(app.count_emails_about(&dora, "Please call your colleagues now").await, 1);
    for person in [&hanna, &cory] {
        let email = app.expect_emails_to(&person.email).await.pop().unwrap();
        assert!(email.body.contains("https://app.example.org/tasks") && !email.body.contains("900124"), "{}", email.body);
    }
}

#[apply(both_engines)]
async fn several_requests_in_danger_make_one_message_until_it_is_sent(app: TestApp) {
    let hanna = app.call_handler().await;
    let asks = async |phone: &str| {
        app.requests_call_back(json!({ "phone": phone, "safety_question": "yes" })).await.expect(202);
    };
    let urgent = async || app.count_emails_about(&hanna, "Please look at the app now").await;
    for phone in ["07700 900101", "07700 900102", "07700 900103"] {
        asks(phone).await;
    }
    let waiting = app.notifications_to(hanna.id).await;
    assert_eq!(waiting, [("contact_danger_requested".to_owned(), "queued".to_owned())]);
    assert_eq!(urgent().await, 1);
    asks("07700 900104").await;
    assert_eq!(urgent().await, 2, "a later one is not covered by what was sent");

    // The task of the first is done before the message about all of them is due.
    asks("07700 900105").await;
    hanna.completes_waiting_contact_tasks().await;
    assert_eq!(urgent().await, 2, "nothing is open");
}

#[apply(both_engines)]
async fn yes_of_a_practitioner_reaches_their_clinicians_and_the_answer_does_not_show_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.chooses_texts_to("+447700900123").await;
    let asks = async |phone: &str, answer: &str| {
        let received = app.requests_call_back(json!({ "phone": phone, "safety_question": answer })).await.expect(202);
        String::from_utf8_lossy(&received.body).replace(&received.text("code"), "")
    };
    let of_stranger = asks("07700 900888", "yes").await;
    app.run_contact_crises().await;
    assert!(cleo.open_alerts().await.is_empty());
    assert_eq!(asks("07700 900123", "no").await.len(), asks("07700 900888", "no").await.len());
    app.run_contact_crises().await;
    assert!(cleo.open_alerts().await.is_empty());
    assert_eq!(asks("07700 900123", "yes").await, of_stranger);
    app.run_contact_crises().await;
    assert_eq!(cleo.alert_events().await, [("immediate".to_owned(), None)]);
}

#[apply(both_engines)]
async fn answer_stays_when_staff_replace_the_details_of_the_caller(app: TestApp) {
    let hanna = app.call_handler().await;
    app.requests_call_back(json!({ "phone": "07700 900123", "safety_question": "yes" })).await.expect(202);
    let contact = hanna.get("/v1/contacts").send().await.expect(200).items()[0]["id"].as_str().unwrap().to_owned();
    let form = json!({ "caller": { "phone": "07700 900124" } });
    let replaced = hanna.put(&format!("/v1/contacts/{contact}"), form).if_match("*").send().await.expect(200);
    assert_eq!((replaced.text("safety_answer"), &replaced.json["caller"]["phone"]), ("yes".into(), &json!("07700 900124")));
    assert_eq!(ids_of(&replaced.json["crisis_help"])[0], "emergency_999");
}

#[apply(both_engines)]
async fn outreach_request_for_contact_asks_the_same_question(app: TestApp) {
    let (cory, dana) = app.two_coordinators().await;
    let addresses = staff_addresses(3);
    cory.runs_campaign(&dana, json!({}), &addresses).await;
    app.queue_outreach_for_minutes(3).await;
    let hanna = app.call_handler().await;
    for (address, (answer, kind, minutes)) in
        addresses.iter().zip([("yes", "danger", 15), ("prefer_not_to_say", "today", 240), ("no", "call_back", 1440)])
    {
        let token = app.outreach_token_for(address).await;
        let asked = json!({ "safety_question": answer, "contact": "07700 900999" });
        let reply = app.answers_outreach(&token, "please_contact_me", asked).await.expect(200);
        assert!(String::from_utf8_lossy(&reply.body).starts_with("{\"crisis_help\":[{\"id\":\"emergency_999\""));
        let task = hanna.get(&format!("/v1/contact-tasks?kind={kind}")).send().await.expect(200).items()[0].clone();
        let due = app.now() + chrono::TimeDelta::minutes(minutes);
        assert_eq!(task["due_at"], json!(due), "{answer}");
    }
}
