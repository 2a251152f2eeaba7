//! Triage: the caller's needs decide the next step. Danger comes first, and a task makes sure that it is handled.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::contacts::nurse_caller;
use crate::support::races::{at_once, expect_outcomes};
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// The ids of the signposts in an answer.
fn signposts<'a>(reply: &'a CheckedReply, member: &str) -> Vec<&'a str> {
    reply.json[member].as_array().unwrap().iter().map(|signpost| signpost["id"].as_str().unwrap()).collect()
}

const EMERGENCY: [&str; 2] = ["emergency_999", "accident_and_emergency"];

#[apply(both_engines)]
async fn danger_shows_the_emergency_routes_whenever_it_is_reported(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    let first = hanna.triages_contact(&contact, &["wants_to_register"]).await.expect(200);
    assert_eq!((first.text("next_step"), first.json["tasks"].as_array().unwrap().len()), ("send_invitation".into(), 0));
    assert!(hanna.reads_contact(&contact).await.expect(200).json["crisis_help"].as_array().unwrap().is_empty());

    app.clock.advance(TimeDelta::minutes(1));
    let later = hanna.triages_contact(&contact, &["wants_to_register", "immediate_danger"]).await.expect(200);
    assert_eq!(later.text("next_step"), "call_emergency_services");
    assert_eq!(signposts(&later, "signposts")[..2], EMERGENCY);
    let to_do = later.json["to_do"].to_string();
    assert!(to_do.contains("999") && to_do.contains("the link works once"), "both needs have their steps: {to_do}");
    let task = &later.json["tasks"][0];
    assert_eq!((task["kind"].as_str(), task["due_at"].as_str()), (Some("danger"), Some("2027-01-11T09:16:00Z")));

    // It stays with the contact, whatever later triage says.
    app.clock.advance(TimeDelta::minutes(1));
    hanna.triages_contact(&contact, &["wants_information"]).await.expect(200);
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!(signposts(&read, "crisis_help")[..2], EMERGENCY);
    assert_eq!(read.json["needs_today"], true);
    let steps: Vec<&Value> = read.json["triage_history"].as_array().unwrap().iter().map(|entry| &entry["next_step"]).collect();
    assert_eq!(steps, ["give_information", "call_emergency_services", "send_invitation"]);
}

#[apply(both_engines)]
async fn task_is_taken_by_one_person_and_finished(app: TestApp) {
    let hanna = app.call_handler().await;
    let cory = app.coordinator().await;
    let contact = hanna.logs_contact("phone", nurse_caller()).await.expect(201).id();
    hanna.triages_contact(&contact, &["needs_today"]).await.expect(200);
    app.clock.advance(TimeDelta::minutes(1));
    hanna.triages_contact(&contact, &["immediate_danger", "needs_today"]).await.expect(200);
    let waiting = cory.contact_tasks("state=waiting").await;
    assert_eq!(
        waiting.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["danger", "today"],
        "one task of each kind, the first due first"
    );
    let (danger, today) = (&waiting[0].1, &waiting[1].1);

    hanna.completes_task(danger, "Rang.").await.expect(409).expect_problem("state_conflict");
    hanna.takes_task(danger).await.expect(200);
    hanna.takes_task(danger).await.expect(200);
    cory.takes_task(danger).await.expect(409).expect_field("task_taken", "/take_over");
    cory.completes_task(danger, "Rang.").await.expect(409).expect_problem("task_taken");
    let taken = cory.takes_task_over(danger).await.expect(200);
    assert_eq!((taken.text("state"), taken.text("taken_by")), ("taken".into(), cory.id.to_string()));
    hanna.closes_contact(&contact, "emergency_services").await.expect(409).expect_problem("contact_tasks_open");
    let done = cory.completes_task(danger, "The ambulance is with them.").await.expect(200);
    assert_eq!((done.text("state"), done.text("note")), ("done".into(), "The ambulance is with them.".into()));
    cory.takes_task(danger).await.expect(409).expect_problem("state_conflict");
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json["needs_today"], true, "the other task is still open");
    hanna.takes_task(today).await.expect(200);
    hanna.completes_task(today, "Spoke for an hour.").await.expect(200);
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json["needs_today"], false);
    let closed = hanna.closes_contact(&contact, "emergency_services").await.expect(200);
    assert_eq!((closed.text("state"), closed.text("close_reason")), ("closed".into(), "emergency_services".into()));
    assert_eq!(app.audit_actions_by_name(danger).await, ["contact_task.completed", "contact_task.taken", "contact_task.taken"]);
    let listed = cory.get("/v1/contact-tasks?state=done&kind=danger").send().await.expect(200);
    assert_eq!((listed.items().len(), &listed.items()[0]["note"]), (1, &Value::Null));
    let read = cory.get(&format!("/v1/contact-tasks/{danger}")).send().await.expect(200);
    assert_eq!(read.text("note"), "The ambulance is with them.");
}

#[apply(both_engines)]
async fn danger_reported_on_a_closed_contact_reopens_it(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    hanna.closes_contact(&contact, "informed").await.expect(200);
    let triaged = hanna.triages_contact(&contact, &["immediate_danger"]).await.expect(200);
    assert_eq!(signposts(&triaged, "signposts")[..2], EMERGENCY);
    let read = hanna.reads_contact(&contact).await.expect(200);
    assert_eq!((read.text("state"), read.json["close_reason"].clone()), ("open".into(), Value::Null));
}

#[apply(both_engines)]
async fn caller_who_asks_about_another_person_learns_nothing_of_them(app: TestApp) {
    let hanna = app.call_handler().await;
    app.practitioner("Ada Byron").await;
    let contact = hanna.logs_contact("phone", json!({ "note": "Worried about Ada Byron." })).await.expect(201).id();
    let advice = hanna.triages_contact(&contact, &["about_someone_else"]).await.expect(200);
    assert_eq!(advice.text("next_step"), "advise_about_someone_else");
    assert!(advice.text("next_step_text").contains("Never say or hint whether the person they ask about is known here"));
    assert!(signposts(&advice, "signposts").contains(&"emergency_999"), "help for the person they worry about");
}

#[apply(both_engines)]
async fn only_one_of_two_concurrent_takers_gets_the_task(app: TestApp) {
    let hanna = app.call_handler().await;
    let cory = app.coordinator().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    hanna.triages_contact(&contact, &["needs_today"]).await.expect(200);
    let task = hanna.contact_tasks("state=waiting").await[0].1.clone();
    let replies = at_once(2, |number| [&hanna, &cory][number].takes_task(&task)).await;
    expect_outcomes(&replies, &[("200", 1), ("task_taken", 1)]);
}

#[apply(both_engines)]
async fn triage_sent_again_with_its_key_is_recorded_once(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let path = format!("/v1/contacts/{contact}/triage");
    for _ in 0..2 {
        hanna.post(&path, json!({ "needs": ["needs_today"] })).key("once").send().await.expect(200);
    }
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json["triage_history"].as_array().unwrap().len(), 1);
    hanna.post(&path, json!({ "needs": [] })).send().await.expect(422).expect_field("invalid_body", "/needs");
}
