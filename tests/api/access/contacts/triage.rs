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

#[apply(both_engines)]
async fn each_need_has_its_step_its_task_and_its_help(app: TestApp) {
    let hanna = app.call_handler().await;
    for (need, step, task, help) in [
        ("safeguarding_child", "protect_child", Some(("safeguarding", "2027-01-11T11:00:00Z", true)), "childrens_social_care"),
        ("safeguarding_adult", "protect_adult", Some(("safeguarding", "2027-01-11T13:00:00Z", true)), "adult_social_care"),
        ("patient_safety", "raise_concern", Some(("patient_safety", "2027-01-12T09:00:00Z", false)), "freedom_to_speak_up"),
        ("existing_patient", "reach_own_team", Some(("call_back", "2027-01-11T17:00:00Z", false)), "samaritans"),
        ("bereavement", "support_bereaved", Some(("call_back", "2027-01-12T09:00:00Z", false)), "help_is_at_hand"),
        (
            "worried_colleague_or_family",
            "advise_colleague_or_family",
            Some(("call_back", "2027-01-12T09:00:00Z", false)),
            "emergency_999",
        ),
        ("about_someone_else", "advise_about_someone_else", None, "emergency_999"),
    ] {
        let contact = hanna.logs_contact("phone", json!({ "nation": "england", "profession": "doctor" })).await.expect(201).id();
        let advice = hanna.triages_contact(&contact, &[need]).await.expect(200);
        assert_eq!(advice.text("next_step"), step, "{need}");
        assert!(!advice.text("next_step_text").is_empty() && advice.json["to_do"].as_array().unwrap().len() > 2, "{need}");
        assert!(signposts(&advice, "signposts").contains(&help), "{need}: {:?}", signposts(&advice, "signposts"));
        let tasks = advice.json["tasks"].as_array().unwrap();
        let found = tasks.first().map(|raised| (raised["kind"].as_str().unwrap(), raised["due_at"].as_str().unwrap()));
        assert_eq!((found, tasks.len()), (task.map(|(kind, due, _)| (kind, due)), usize::from(task.is_some())), "{need}");
        let read = hanna.reads_contact(&contact).await.expect(200);
        assert_eq!(read.json["needs_today"], task.is_some_and(|(.., today)| today), "{need}");
        assert_eq!(read.json["triage_history"][0]["needs"], json!([need]));
    }
    for kind in ["safeguarding", "patient_safety"] {
        assert!(!hanna.contact_tasks(&format!("kind={kind}")).await.is_empty(), "{kind}");
    }
}

#[apply(both_engines)]
async fn every_need_at_once_keeps_all_tasks_and_the_most_urgent_step(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let all: Vec<&str> = confide::access::contacts::model::TriageNeed::ALL.iter().map(|need| need.as_str()).collect();
    let advice = hanna.triages_contact(&contact, &all).await.expect(200);
    assert_eq!(advice.text("next_step"), "call_emergency_services");
    let mut tasks: Vec<(&str, &str)> = advice.json["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| (task["kind"].as_str().unwrap(), task["due_at"].as_str().unwrap()))
        .collect();
    tasks.sort_unstable();
    // Two needs ask for a call, and two for a decision about safeguarding: the earlier time counts.
    assert_eq!(
        tasks,
        [
            ("call_back", "2027-01-11T17:00:00Z"),
            ("danger", "2027-01-11T09:15:00Z"),
            ("patient_safety", "2027-01-12T09:00:00Z"),
            ("safeguarding", "2027-01-11T11:00:00Z"),
            ("today", "2027-01-11T13:00:00Z"),
        ]
    );
    assert_eq!(hanna.reads_contact(&contact).await.expect(200).json["triage_history"][0]["needs"].as_array().unwrap().len(), 11);
}

#[apply(both_engines)]
async fn open_task_is_due_sooner_when_a_later_triage_is_more_urgent(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    hanna.triages_contact(&contact, &["safeguarding_adult"]).await.expect(200);
    app.clock.advance(TimeDelta::minutes(30));
    let hanna = hanna.signs_in_again().await;
    let sooner = hanna.triages_contact(&contact, &["safeguarding_child"]).await.expect(200);
    assert_eq!(sooner.json["tasks"][0]["due_at"], "2027-01-11T11:30:00Z");
    app.clock.advance(TimeDelta::minutes(30));
    let hanna = hanna.signs_in_again().await;
    let later = hanna.triages_contact(&contact, &["safeguarding_adult"]).await.expect(200);
    assert_eq!(later.json["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(later.json["tasks"][0]["due_at"], "2027-01-11T11:30:00Z", "never later");
}

#[apply(both_engines)]
async fn script_states_the_limits_of_confidentiality(app: TestApp) {
    let hanna = app.call_handler().await;
    let contact = hanna.logs_contact("phone", json!({})).await.expect(201).id();
    let script = hanna.triages_contact(&contact, &["wants_information"]).await.expect(200).json["to_do"].to_string();
    assert!(!script.contains("regulators are not informed"));
    for words in
        ["as a matter of course", "may die or come to serious harm", "if possible with consent", "after speaking to them"]
    {
        assert!(script.contains(words), "{words} is not in {script}");
    }
}
