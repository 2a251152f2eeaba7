//! Letters that are agreed and wait to be sent, for the staff who send them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;

use crate::support::actors::Actor;
use crate::support::clinical_record::InCare;
use crate::support::letters::{employer_letter, gp_letter};
use crate::support::{TestApp, apply, both_engines};

async fn ids(reader: &Actor) -> Vec<String> {
    reader.unsent_letters().await.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[apply(both_engines)]
async fn coordinators_see_agreed_letters_of_those_they_may_act_for_without_clinical_content(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let cory = app.coordinator().await;
    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.proposes_new_letter(&ada, employer_letter()).await;
    cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    assert!(ids(&cory).await.is_empty(), "she knows of no one with a letter");
    cory.is_called_by(&ada).await;
    let list = cory.unsent_letters().await;
    let expected = json!([{
        "id": agreed, "practitioner_id": ada.id, "reference": app.reference_of(&ada).await, "pseudonym": "Kestrel",
        "clinician_id": cleo.id, "agreed_at": app.now().to_string()
    }]);
    assert_eq!(list.json["items"], expected);
    assert_eq!(app.audit_count("letter.unsent_listed", &agreed).await, 1, "an empty list shows no one");

    cory.sends_letter(&agreed).await.expect(200);
    assert!(ids(&cory).await.is_empty(), "it was sent");
    ada.get("/v1/unsent-letters").send().await.expect_problem("wrong_role");
}

#[apply(both_engines)]
async fn clinicians_see_their_own_agreed_letters_while_they_may_finish_them(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let dora = app.dora().await;
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(1)).await;
    let first = cleo.agrees_letter_with(&ada, employer_letter()).await;
    app.clock.advance(TimeDelta::minutes(1));
    let second = cleo.agrees_letter_with(&ada, employer_letter()).await;
    assert_eq!(ids(&cleo).await, [first.clone(), second.clone()], "the oldest first");
    assert!(ids(&dora).await.is_empty(), "another author's");

    let page = cleo.get("/v1/unsent-letters?limit=1").send().await.expect(200);
    let next = format!("/v1/unsent-letters?limit=1&cursor={}", page.text("next_cursor"));
    let rest = cleo.get(&next).send().await.expect(200);
    let found: BTreeSet<&str> = page.items().iter().chain(rest.items()).map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from([first.as_str(), second.as_str()]));

    ada.withdraws_letter(&first).await.expect(200);
    assert_eq!(ids(&cleo).await, [second], "consent was withdrawn");
    ada.blocks(&cleo).await.expect(201);
    assert!(ids(&cleo).await.is_empty(), "she knows of them no more");
}
