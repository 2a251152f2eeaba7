//! Staff accept or decline a reason in words, and the practitioner sees what was decided and what they can do next.

use chrono::TimeDelta;
use confide::people::practitioners::model::Pathway;
use confide::scheduling::calendar::model::AppointmentKind;
use serde_json::{Value, json};

use crate::support::races::{at_once, expect_outcomes};
use crate::support::reasons::WORDS;
use crate::support::{TestApp, apply, both_engines};

const WAITS: &str = "A decision waits for you";
const OVERDUE: &str = "A decision is overdue";
const NEWS: &str = "There is news about your form";

#[apply(both_engines)]
async fn accepted_words_cover_the_practitioner_who_is_informed_in_neutral_words(app: TestApp) {
    let (cory, cleo) = (app.coordinator().await, app.clinician("Cleo Marsh").employed_by("A1A1A").await);
    let nora = app.nurse_in_own_words("Nora Nurse").await;
    let emails = app.expect_emails_to(&cory.email).await;
    assert_eq!((emails.len(), emails[0].subject.as_str()), (1, WAITS));
    assert!(emails[0].body.contains("Monday 18 January 2027"), "{}", emails[0].body);
    assert!(!emails[0].body.contains("Wren") && !emails[0].body.contains("appraise"), "{}", emails[0].body);

    let reason = cory.reason_of(&nora).await;
    let seen = cory.reads_reason(&reason).await.expect(200);
    assert_eq!(seen.text("confidentiality_reason_note"), WORDS);
    assert_eq!(
        (seen.text("pseudonym"), seen.text("profession"), seen.text("setting")),
        ("Wren".into(), "nurse".into(), "secondary_care".into())
    );
    assert_eq!(
        (seen.text("state"), seen.text("decision_due_on"), &seen.json["overdue"]),
        ("waiting".into(), "2027-01-18".into(), &json!(false))
    );
    assert!(!seen.json.to_string().contains("Nora"), "no legal name: {}", seen.json);

    let words = "No one who could see you here is independent of your post.";
    let path = format!("/v1/confidentiality-reasons/{reason}/accept");
    let accepted = cory.post(&path, json!({ "reason": words })).if_match(&seen.etag()).send().await.expect(200);
    assert_eq!((accepted.text("state"), accepted.text("decision_reason")), ("accepted".into(), words.into()));

    let news = app.expect_emails_to(&nora.email).await;
    let news = news.last().unwrap();
    assert_eq!(news.subject, NEWS);
    for word in ["independent", "confiden", "mental", "health", "Nora"] {
        assert!(!news.body.contains(word), "{word} is in: {}", news.body);
    }
    let mine = nora.own_registration().await;
    assert_eq!(
        (mine.text("decision"), mine.text("pathway"), mine.text("next_step")),
        ("eligible".into(), "registered".into(), "complete_intake".into())
    );
    assert_eq!(mine.json["reasons"][0]["code"], "reason_accepted");
    let decision = &mine.json["reason_decision"];
    assert_eq!((&decision["state"], &decision["decision_reason"]), (&json!("accepted"), &json!(words)));
    assert_eq!((&decision["next_steps"], &decision["other_words_until"]), (&json!(["complete_intake"]), &Value::Null));
    assert_eq!(decision["decided_at"], accepted.json["ended_at"]);
    nora.completes_intake().await;
    let slot = app.free_slot(&cleo, TimeDelta::days(3), AppointmentKind::Assessment).await;
    nora.books(&slot).await.expect(201);
}

#[apply(both_engines)]
async fn declined_practitioner_reads_why_and_may_ask_for_funding(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let reason = cory.reason_of(&nora).await;
    let words = "The next service is independent of yours.\n\nYour board can still agree to pay.";
    let declined = cory.decides_reason(&reason, "decline", words).await.expect(200);
    assert_eq!((declined.text("state"), declined.text("decision_reason")), ("declined".into(), words.into()));

    assert_eq!(app.expect_emails_to(&nora.email).await.last().unwrap().subject, NEWS);
    let mine = nora.own_registration().await;
    assert_eq!(
        (mine.text("decision"), mine.text("pathway"), mine.text("next_step")),
        ("needs_funding".into(), "awaiting_funding".into(), "await_funding".into())
    );
    assert_eq!(mine.json["reasons"][0]["code"], "reason_not_recognised");
    assert_eq!(mine.json["signposts"][0]["contact"], "999");
    let decision = &mine.json["reason_decision"];
    assert_eq!((&decision["state"], &decision["decision_reason"]), (&json!("declined"), &json!(words)));
    assert_eq!(decision["next_steps"], json!(["request_funding", "send_other_words", "see_signposts"]));
    assert_eq!(decision["other_words_until"], "2027-04-11", "three months");

    let request = nora.newest_request().await;
    assert_eq!(nora.state_of_request(&request).await, "draft");
    nora.submits_own_request().await;
    let mine = nora.own_registration().await;
    let decision = &mine.json["reason_decision"];
    assert_eq!(decision["next_steps"], json!(["request_funding", "see_signposts"]), "the board is asked now");
    assert_eq!(decision["other_words_until"], Value::Null);
}

#[apply(both_engines)]
async fn decision_needs_its_reason_and_the_version_that_was_read(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let reason = cory.reason_of(&nora).await;
    for verb in ["accept", "decline"] {
        let path = format!("/v1/confidentiality-reasons/{reason}/{verb}");
        for words in [json!({}), json!({ "reason": "  " }), json!({ "reason": "x".repeat(2_001) })] {
            cory.post(&path, words).if_match("*").send().await.expect(422).expect_field("invalid_body", "/reason");
        }
        let words = json!({ "reason": "As agreed." });
        cory.post(&path, words.clone()).send().await.expect(428).expect_problem("version_required");
        cory.post(&path, words).if_match("\"v9\"").send().await.expect(412).expect_problem("version_mismatch");
    }
    assert_eq!(nora.pathway().await, "awaiting_decision");
    assert_eq!(app.audit_actions(&reason).await, ["confidentiality_reason.given"]);
}

#[apply(both_engines)]
async fn reason_is_decided_once(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let reason = cory.reason_of(&nora).await;
    let verbs = ["accept", "decline", "accept", "decline"];
    let replies = at_once(4, |number| cory.decides_reason(&reason, verbs[number], "Decided.")).await;
    expect_outcomes(&replies, &[("200", 1), ("state_conflict", 3)]);
    let state = cory.reads_reason(&reason).await.expect(200).text("state");
    let expected = if state == "accepted" { ("registered", 0) } else { ("awaiting_funding", 1) };
    assert_eq!((nora.pathway().await.as_str(), app.row_count("funding_requests").await), expected);
    app.emails_to(&nora.email).await;
    assert_eq!(app.count_emails_about(&nora, NEWS).await, 1);
}

#[apply(both_engines)]
async fn waiting_reasons_are_listed_oldest_first_with_their_days_and_staff_are_reminded_once(app: TestApp) {
    let cory = app.coordinator().await;
    let first = app.nurse_in_own_words("Nan Nurse").await;
    app.clock.advance(TimeDelta::days(4));
    let second = app.nurse_in_own_words("Nora Nurse").await;
    assert_eq!(app.count_emails_about(&cory, WAITS).await, 2);
    let cory = cory.signs_in_again().await;
    let list = cory.lists_reasons("state=waiting").await;
    let seen: Vec<_> = list
        .items()
        .iter()
        .map(|item| (item["practitioner_id"].clone(), item["decision_due_on"].clone(), item["overdue"].clone()))
        .collect();
    let expected = [
        (json!(first.id), json!("2027-01-18"), json!(false)),
        // Friday and five working days.
        (json!(second.id), json!("2027-01-22"), json!(false)),
    ];
    assert_eq!(seen, expected);
    assert!(!list.json.to_string().contains("appraise"), "the words are not in lists");
    let page = cory.lists_reasons("limit=1").await;
    let rest = cory.lists_reasons(&format!("limit=1&cursor={}", page.text("next_cursor"))).await;
    assert_eq!((&page.items()[0]["practitioner_id"], &rest.items()[0]["practitioner_id"]), (&json!(first.id), &json!(second.id)));

    app.advance_clock_to("2027-01-18T18:00:00Z");
    assert_eq!(app.run_reason_jobs().await, 0, "not before the day is over");
    app.advance_clock_to("2027-01-19T09:00:00Z");
    assert_eq!((app.run_reason_jobs().await, app.run_reason_jobs().await), (1, 0), "once");
    assert_eq!(app.count_emails_about(&cory, OVERDUE).await, 1);
    let cory = cory.signs_in_again().await;
    let list = cory.lists_reasons("state=waiting").await;
    let overdue: Vec<_> = list.items().iter().map(|item| item["overdue"].clone()).collect();
    assert_eq!(overdue, [json!(true), json!(false)]);
    cory.accepts_reason_of(&first).await;
    let list = cory.lists_reasons("state=accepted").await;
    assert_eq!((list.items().len(), &list.items()[0]["overdue"]), (1, &json!(false)));
}

#[apply(both_engines)]
async fn decided_reason_is_read_for_thirty_days_and_opens_nothing_else(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let page = format!("/v1/practitioners/{}", nora.id);
    assert_eq!(cory.get(&page).send().await.expect(200).text("basis"), "eligibility");
    let reason = cory.declines_reason_of(&nora).await;
    let request = nora.newest_request().await;
    nora.acts_on_request_without_body(&request, "withdraw").await.expect(200);
    app.set_pathway(&nora, Pathway::Signposted).await;
    app.clock.advance(TimeDelta::days(29));
    let cory = cory.signs_in_again().await;
    cory.reads_reason(&reason).await.expect(200);
    assert_eq!(cory.lists_reasons("").await.items().len(), 1);
    cory.get(&page).send().await.expect_problem("not_found");
    app.clock.advance(TimeDelta::days(2));
    let cory = cory.signs_in_again().await;
    cory.reads_reason(&reason).await.expect_problem("not_found");
    assert!(cory.lists_reasons("").await.items().is_empty());
}

#[apply(both_engines)]
async fn every_step_is_in_the_audit_trail_with_its_purpose(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let reason = cory.reason_of(&nora).await;
    cory.reads_reason(&reason).await.expect(200);
    cory.decides_reason(&reason, "accept", "As agreed.").await.expect(200);
    let steps = ["given", "read", "accepted"].map(|step| format!("confidentiality_reason.{step}"));
    assert_eq!(app.audit_actions(&reason).await, steps);
    let trail = app.audit_trail_of(&cory).await;
    for action in [
        "confidentiality_reason.listed",
        "confidentiality_reason.read",
        "confidentiality_reason.accepted",
        "registration.decided",
    ] {
        let row = (action.to_owned(), Some(nora.id), Some("eligibility".to_owned()));
        assert!(trail.contains(&row), "{action}: {trail:?}");
    }
    let log = nora.get("/v1/me/access-log").send().await.expect(200);
    let read = log.expect_items().iter().find(|entry| entry["action"] == "confidentiality_reason.read").unwrap().clone();
    assert_eq!((&read["role"], &read["name"]), (&json!("coordinator"), &Value::Null));
    assert_eq!(read["reason"], "They decide whether the service covers you.");
}
