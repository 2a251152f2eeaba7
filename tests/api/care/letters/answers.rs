//! The author of a letter learns that the practitioner has answered, and lists show what is agreed and not yet sent.

use chrono::TimeDelta;
use confide::platform::outbox::Email;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::letters::employer_letter;
use crate::support::reply::CheckedReply;
use crate::support::{TestApp, apply, both_engines};

/// The subject of the message that a letter was answered.
const SUBJECT: &str = "Something was answered";

const KIND: &str = "letter_answered";

/// The emails about answers that someone got.
async fn emails_about_answers(app: &TestApp, person: &Actor) -> Vec<Email> {
    app.emails_to(&person.email).await.into_iter().filter(|email| email.subject == SUBJECT).collect()
}

/// The states of the notifications about answers to someone, in alphabetical order.
async fn states(app: &TestApp, person: &Actor) -> Vec<String> {
    let all = app.notifications_to(person.id).await;
    let mut states: Vec<String> = all.into_iter().filter(|(kind, _)| kind == KIND).map(|(_, state)| state).collect();
    states.sort_unstable();
    states
}

/// The ids of a list, in order.
fn ids(list: &CheckedReply) -> Vec<&str> {
    list.items().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[apply(both_engines)]
async fn author_gets_one_neutral_email_about_each_answer(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 1, "agreed");
    app.clock.advance(TimeDelta::minutes(1));
    let declined = cleo.proposes_new_letter(&ada, employer_letter()).await;
    ada.declines_letter(&declined, "Leave out the review.").await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 2, "declined");
    app.clock.advance(TimeDelta::minutes(1));
    ada.withdraws_letter(&agreed).await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 3, "withdrawn");
    // A refused answer is none.
    ada.withdraws_letter(&agreed).await.expect_problem("state_conflict");
    ada.declines_letter(&declined, "Again.").await.expect_problem("state_conflict");

    let emails = emails_about_answers(&app, &cleo).await;
    assert_eq!(emails.len(), 3);
    for (email, letter) in emails.iter().zip([&agreed, &declined, &agreed]) {
        assert!(email.body.contains(&format!("https://app.example.org/documents/{letter}")), "{}", email.body);
        let text = email.body.to_lowercase();
        let revealing = [
            "letter",
            "byron",
            "kestrel",
            "northmoor",
            "employ",
            "agree",
            "declin",
            "withdr",
            "consent",
            "review",
            "clinic",
            "confide",
        ];
        for word in revealing {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
    assert_eq!(states(&app, &cleo).await, ["sent", "sent", "sent"]);
    assert!(emails_about_answers(&app, &ada).await.is_empty(), "none to the practitioner");
    assert!(states(&app, &ada).await.is_empty());
}

#[apply(both_engines)]
async fn author_learns_that_consent_is_withdrawn_after_the_letter_was_sent(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 1);
    cleo.sends_letter(&letter).await.expect(200);
    ada.withdraws_letter(&letter).await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 2);
}

#[apply(both_engines)]
async fn later_answer_replaces_one_of_which_the_author_has_not_learnt_yet(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    ada.withdraws_letter(&letter).await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 1);
    assert_eq!(states(&app, &cleo).await, ["dropped", "sent"]);
}

#[apply(both_engines)]
async fn answer_is_not_reported_when_the_letter_has_been_cancelled_or_sent_since(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cancelled = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.cancels_letter(&cancelled).await.expect(200);
    assert!(emails_about_answers(&app, &cleo).await.is_empty());
    assert_eq!(states(&app, &cleo).await, ["dropped"]);

    let sent = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&sent).await.expect(200);
    assert_eq!(states(&app, &cleo).await, ["dropped", "queued"], "the module decides when it is due");
    assert!(emails_about_answers(&app, &cleo).await.is_empty());
    assert_eq!(states(&app, &cleo).await, ["dropped", "dropped"]);
}

#[apply(both_engines)]
async fn blocked_author_does_not_learn_of_an_answer(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    ada.blocks(&cleo).await.expect(201);
    assert!(emails_about_answers(&app, &cleo).await.is_empty(), "also when it was scheduled before");
    ada.withdraws_letter(&letter).await.expect(200);
    assert!(emails_about_answers(&app, &cleo).await.is_empty());
    assert_eq!(states(&app, &cleo).await, ["dropped", "dropped"]);
}

#[apply(both_engines)]
async fn author_who_may_no_longer_read_the_record_does_not_learn_of_an_answer(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    app.clock.advance(TimeDelta::minutes(1));
    cleo.discharges(&ada).await.expect(201);
    app.clock.advance(TimeDelta::days(29));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let declined = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let waiting = cleo.proposes_new_letter(&ada, employer_letter()).await;
    ada.declines_letter(&declined, "Not now.").await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 1, "while they may read it");

    app.clock.advance(TimeDelta::days(1));
    let ada = ada.signs_in_again().await;
    ada.withdraws_letter(&waiting).await.expect(200);
    assert_eq!(emails_about_answers(&app, &cleo).await.len(), 1);
    assert_eq!(states(&app, &cleo).await, ["dropped", "sent"]);
}

#[apply(both_engines)]
async fn lead_clinician_learns_of_an_answer_to_an_author_whose_account_is_closed(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let (dora, cory, avery) = (app.dora().await, app.coordinator().await, app.administrator().await);
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let other = cleo.proposes_new_letter(&ada, employer_letter()).await;
    cory.assigns_lead(&ada, &dora).await.expect(200);
    let left = json!({ "active": false, "reason": "Has left." });
    avery.changes_account(&cleo.id, left.clone()).await.expect(200);
    ada.agrees_to_letter(&letter).await.expect(200);
    assert_eq!(emails_about_answers(&app, &dora).await.len(), 1);
    assert!(emails_about_answers(&app, &cleo).await.is_empty());
    assert!(states(&app, &cleo).await.is_empty());

    // When the account of the lead clinician is closed too, no one gets it.
    avery.changes_account(&dora.id, left).await.expect(200);
    ada.declines_letter(&other, "Not now.").await.expect(200);
    assert_eq!(emails_about_answers(&app, &dora).await.len(), 1);
    assert_eq!(states(&app, &dora).await, ["dropped", "sent"]);
    assert!(states(&app, &cleo).await.is_empty());
}

#[apply(both_engines)]
async fn lists_show_the_letters_in_one_state(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let sent = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&sent).await.expect(200);
    let first = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let waiting = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let second = cleo.agrees_letter_with(&ada, employer_letter()).await;
    let draft = cleo.writes_letter(&ada, employer_letter()).await.expect(201).id();

    let cases = [
        ("agreed", vec![&second, &first], vec![&second, &first]),
        ("awaiting_agreement", vec![&waiting], vec![&waiting]),
        ("sent", vec![&sent], vec![&sent]),
        ("draft", vec![&draft], vec![]),
        ("withdrawn", vec![], vec![]),
    ];
    for (state, register, own) in cases {
        let all = cleo.reads(&ada, &format!("letters?state={state}")).await.expect(200);
        assert_eq!(ids(&all), register, "{state}");
        let hers = ada.get(&format!("/v1/me/letters?state={state}")).send().await.expect(200);
        assert_eq!(ids(&hers), own, "{state}, her own");
    }
    assert_eq!(
        (cleo.lists_letters_of(&ada).await.items().len(), ada.own_letters().await.items().len()),
        (5, 4),
        "without a filter"
    );

    let page = cleo.reads(&ada, "letters?state=agreed&limit=1").await.expect(200);
    let rest = cleo.reads(&ada, &format!("letters?state=agreed&limit=1&cursor={}", page.text("next_cursor"))).await.expect(200);
    assert_eq!((ids(&page), ids(&rest)), (vec![second.as_str()], vec![first.as_str()]));
    cleo.reads(&ada, "letters?state=lost").await.expect_field("invalid_parameter", "state");
    ada.get("/v1/me/letters?state=lost").send().await.expect_field("invalid_parameter", "state");
}
