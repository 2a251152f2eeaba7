//! Later changes of a registration with a reason in words follow the same rule.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::reasons::WORDS;
use crate::support::{TestApp, apply, both_engines};

const WAITS: &str = "A decision waits for you";
const OTHER_WORDS: &str = "My sister leads the service that I would be referred to.";

#[apply(both_engines)]
async fn words_can_be_changed_while_they_wait_and_staff_decide_about_the_new_ones(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let reason = cory.reason_of(&nora).await;
    let seen = cory.reads_reason(&reason).await.expect(200);
    assert_eq!(app.count_emails_about(&cory, WAITS).await, 1);
    app.clock.advance(TimeDelta::minutes(5));
    let changed = nora.sends_other_words(OTHER_WORDS).await.expect(200);
    assert_eq!(
        (changed.text("pathway"), changed.text("confidentiality_reason_note")),
        ("awaiting_decision".into(), OTHER_WORDS.into())
    );

    let path = format!("/v1/confidentiality-reasons/{reason}/decline");
    let stale = cory.post(&path, json!({ "reason": "No." })).if_match(&seen.etag()).send().await;
    stale.expect_problem("version_mismatch");
    let now = cory.reads_reason(&reason).await.expect(200);
    assert_eq!(now.text("confidentiality_reason_note"), OTHER_WORDS);
    assert_eq!(
        (now.text("waiting_since"), now.text("decision_due_on")),
        (seen.text("waiting_since"), seen.text("decision_due_on")),
        "still the same reason"
    );
    assert_eq!(cory.lists_reasons("").await.items().len(), 1);
    assert_eq!(app.count_emails_about(&cory, WAITS).await, 1, "once for each reason, however often its words change");

    let same = nora.sends_other_words(OTHER_WORDS).await.expect(200);
    assert_eq!(same.text("pathway"), "awaiting_decision");
    assert_eq!(cory.reads_reason(&reason).await.expect(200).etag(), now.etag(), "the same words change nothing");
    nora.sends_other_words("Short").await.expect(422).expect_field("invalid_body", "/confidentiality_reason_note");
}

#[apply(both_engines)]
async fn change_to_another_reason_withdraws_the_words_and_back_gives_new_ones(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let first = cory.reason_of(&nora).await;
    for (form, code) in [
        (json!({ "confidentiality_reason": "team", "confidentiality_reason_note": WORDS }), "not_allowed"),
        (json!({ "confidentiality_reason_note": null }), ""),
    ] {
        let refused =
            nora.changes_registration(form).await.expect(422).expect_field("invalid_body", "/confidentiality_reason_note");
        assert!(code.is_empty() || refused.json["errors"][0]["code"] == code, "{}", refused.json);
    }
    let covered = nora.changes_registration(json!({ "confidentiality_reason": "team" })).await.expect(200);
    assert_eq!((covered.text("pathway"), &covered.json["confidentiality_reason_note"]), ("registered".into(), &Value::Null));
    assert_eq!(covered.json["reason_decision"], Value::Null);
    assert!(cory.lists_reasons("state=waiting").await.items().is_empty());
    cory.decides_reason(&first, "accept", "As agreed.").await.expect(409).expect_problem("state_conflict");
    assert_eq!(cory.reads_reason(&first).await.expect(200).text("state"), "withdrawn");

    let without = nora.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);
    assert_eq!(without.text("pathway"), "awaiting_funding");
    let missing = nora.changes_registration(json!({ "confidentiality_reason": "other" })).await.expect(422);
    let missing = missing.expect_field("invalid_body", "/confidentiality_reason_note");
    assert_eq!(missing.json["errors"][0]["code"], "required");
    app.clock.advance(TimeDelta::seconds(1));
    let form = json!({ "confidentiality_reason": "other", "confidentiality_reason_note": OTHER_WORDS });
    let again = nora.changes_registration(form).await.expect(200);
    assert_eq!((again.text("decision"), again.text("pathway")), ("awaiting_decision".into(), "awaiting_decision".into()));
    let request = nora.newest_request().await;
    assert_eq!(nora.state_of_request(&request).await, "withdrawn", "no commissioner is asked meanwhile");
    assert_ne!(cory.reason_of(&nora).await, first);
}

#[apply(both_engines)]
async fn change_of_profession_decides_whether_words_matter(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    let doctor = json!({ "profession": "doctor", "registration_body": "gmc", "registration_number": "7012345" });
    let covered = nora.changes_registration(doctor).await.expect(200);
    assert_eq!((covered.text("pathway"), covered.text("confidentiality_reason_note")), ("registered".into(), WORDS.into()));
    assert!(cory.lists_reasons("state=waiting").await.items().is_empty());
    app.clock.advance(TimeDelta::seconds(1));
    let nurse = json!({ "profession": "nurse", "registration_body": "nmc", "registration_number": "12A3456B" });
    assert_eq!(nora.changes_registration(nurse).await.expect(200).text("pathway"), "awaiting_decision");
    cory.reason_of(&nora).await;
}

#[apply(both_engines)]
async fn other_words_can_be_sent_for_three_months_after_a_decline(app: TestApp) {
    let cory = app.coordinator().await;
    let (nan, nora) = (app.nurse_in_own_words("Nan Nurse").await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nan).await;
    cory.declines_reason_of(&nora).await;
    app.advance_clock_to("2027-04-11T20:00:00Z");
    let nan = nan.signs_in_again().await;
    let again = nan.sends_other_words(OTHER_WORDS).await.expect(200);
    assert_eq!((again.text("decision"), again.text("pathway")), ("awaiting_decision".into(), "awaiting_decision".into()));
    assert_eq!(again.json["reason_decision"]["state"], "waiting");
    assert_eq!(nan.state_of_request(&nan.newest_request().await).await, "withdrawn", "the draft");
    let cory = cory.signs_in_again().await;
    cory.accepts_reason_of(&nan).await;
    assert_eq!(nan.pathway().await, "registered");

    app.advance_clock_to("2027-04-12T09:00:00Z");
    let nora = nora.signs_in_again().await;
    nora.sends_other_words(OTHER_WORDS).await.expect_field("too_late", "/confidentiality_reason_note");
    let mine = nora.own_registration().await;
    assert_eq!((mine.text("pathway"), mine.text("confidentiality_reason_note")), ("awaiting_funding".into(), WORDS.into()));
    assert_eq!(mine.json["reason_decision"]["next_steps"], json!(["request_funding", "see_signposts"]));
}

#[apply(both_engines)]
async fn other_words_wait_until_no_commissioner_is_asked(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    let request = nora.submits_own_request().await;
    nora.sends_other_words(OTHER_WORDS).await.expect_problem("funding_request_open");
    assert_eq!(nora.state_of_request(&request).await, "submitted");
    nora.acts_on_request_without_body(&request, "withdraw").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(nora.sends_other_words(OTHER_WORDS).await.expect(200).text("pathway"), "awaiting_decision");
}

#[apply(both_engines)]
async fn accepted_words_that_change_are_decided_again_until_the_intake_is_done(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.accepts_reason_of(&nora).await;
    app.clock.advance(TimeDelta::seconds(1));
    let changed = nora.sends_other_words(OTHER_WORDS).await.expect(200);
    assert_eq!(changed.text("pathway"), "awaiting_decision");
    nora.post_empty("/v1/assessments").send().await.expect_problem("not_eligible");
    cory.accepts_reason_of(&nora).await;
    nora.completes_intake().await;
    nora.sends_other_words(WORDS).await.expect_field("registration_settled", "/confidentiality_reason_note");
    nora.changes_registration(json!({ "phone": "07700 900123" })).await.expect(200);
    assert_eq!(nora.pathway().await, "intake_done");
}

#[apply(both_engines)]
async fn change_of_the_reason_and_back_does_not_renew_the_time_for_other_words(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    let back = json!({ "confidentiality_reason": "other", "confidentiality_reason_note": OTHER_WORDS });
    app.clock.advance(TimeDelta::seconds(1));
    nora.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);
    let again = nora.changes_registration(back.clone()).await.expect(200);
    assert_eq!(again.text("pathway"), "awaiting_decision", "in time, by way of another reason too");
    nora.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);

    app.advance_clock_to("2027-04-12T09:00:00Z");
    let (cory, nora) = (cory.signs_in_again().await, nora.signs_in_again().await);
    for reason in ["none", "team"] {
        nora.changes_registration(json!({ "confidentiality_reason": reason })).await.expect(200);
        nora.changes_registration(back.clone()).await.expect_field("too_late", "/confidentiality_reason_note");
        assert_eq!(nora.own_registration().await.text("confidentiality_reason"), reason, "nothing is half written");
    }
    assert!(cory.lists_reasons("state=waiting").await.items().is_empty());
}

#[apply(both_engines)]
async fn change_of_the_reason_and_back_does_not_withdraw_what_a_commissioner_was_asked(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    let request = nora.submits_own_request().await;
    nora.changes_registration(json!({ "confidentiality_reason": "none" })).await.expect(200);
    let back = json!({ "confidentiality_reason": "other", "confidentiality_reason_note": OTHER_WORDS });
    nora.changes_registration(back).await.expect_problem("funding_request_open");
    assert_eq!(nora.state_of_request(&request).await, "submitted");
    assert!(cory.lists_reasons("state=waiting").await.items().is_empty());
}

#[apply(both_engines)]
async fn words_that_were_sent_in_time_can_be_replaced_while_they_wait(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    app.advance_clock_to("2027-04-11T20:00:00Z");
    let nora = nora.signs_in_again().await;
    nora.sends_other_words(OTHER_WORDS).await.expect(200);
    app.advance_clock_to("2027-04-12T09:00:00Z");
    let nora = nora.signs_in_again().await;
    assert_eq!(nora.sends_other_words(WORDS).await.expect(200).text("pathway"), "awaiting_decision");
}

#[apply(both_engines)]
async fn another_profession_with_other_words_is_another_case_whose_time_does_not_end(app: TestApp) {
    let (cory, nora) = (app.coordinator().await, app.nurse_in_own_words("Nora Nurse").await);
    cory.declines_reason_of(&nora).await;
    app.advance_clock_to("2027-04-12T09:00:00Z");
    let (cory, nora) = (cory.signs_in_again().await, nora.signs_in_again().await);
    let pharmacist = |words: &str| {
        json!({ "profession": "pharmacist", "registration_body": "gphc", "registration_number": "2012345",
            "confidentiality_reason_note": words })
    };
    nora.changes_registration(pharmacist(WORDS)).await.expect_field("too_late", "/confidentiality_reason_note");
    assert_eq!(nora.own_registration().await.text("profession"), "nurse", "the words that were declined");
    let request = nora.submits_own_request().await;
    nora.changes_registration(pharmacist(OTHER_WORDS)).await.expect_problem("funding_request_open");
    nora.acts_on_request_without_body(&request, "withdraw").await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let waits = nora.changes_registration(pharmacist(OTHER_WORDS)).await.expect(200);
    assert_eq!((waits.text("profession"), waits.text("pathway")), ("pharmacist".into(), "awaiting_decision".into()));
    let decided = cory.declines_reason_of(&nora).await;
    assert_eq!(cory.reads_reason(&decided).await.expect(200).text("confidentiality_reason_note"), OTHER_WORDS);
    app.clock.advance(TimeDelta::seconds(1));
    nora.sends_other_words(WORDS).await.expect(200);
    assert_ne!(cory.reason_of(&nora).await, decided, "this decline begins a time of its own");
}
