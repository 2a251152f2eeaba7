//! A practitioner from the assessment to the end of care, with the letters that go with it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path, settling_everything};
use crate::support::letters::{employer_letter, recipient, replacement, sections_to_others, to_gp};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn practitioner_is_discharged_with_letters_that_they_have_read_first(app: TestApp) {
    let cory = app.coordinator().await;
    let InCare { ada, cleo, .. } = app.full_record().await;

    // After the assessment, her GP is informed: she reads the letter, agrees, and it is posted.
    let to_gp_letter = cleo.proposes_letter_to_gp(&ada).await;
    assert_eq!(ada.own_letters().await.items()[0]["state"], "awaiting_agreement");
    ada.agrees_to_letter(&to_gp_letter).await.expect(200);
    cory.is_called_by(&ada).await;
    cory.sends_letter(&to_gp_letter).await.expect(200);

    // Occupational health asks what work she can do. She wants one sentence out, and agrees to the next version.
    app.clock.advance(TimeDelta::days(20));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let about_work = cleo.proposes_new_letter(&ada, employer_letter()).await;
    ada.declines_letter(&about_work, "Leave out the review.").await.expect(200);
    let shorter = json!({ "recipient": recipient(), "sections": sections_to_others("Can work four days a week.") });
    cleo.changes_letter(&about_work, shorter).await.expect(200);
    cleo.proposes_letter(&about_work).await.expect(200);
    ada.agrees_to_letter(&about_work).await.expect(200);
    let paper = cleo.prints_letter(&about_work).await.text();
    assert!(paper.contains("Can work four days a week.") && !paper.contains("until the review"), "{paper}");
    let handed = json!({ "delivery": "handed_to_practitioner", "sent_on": app.now().london_day() });
    cleo.post(&format!("/v1/letters/{about_work}/record-sending"), handed).send().await.expect(200);

    // Care ends, and the summary goes to her GP.
    let completed = json!({ "reason": "completed", "summary": "Sleeps again.", "shared_summary": "Come back when you need to." });
    cleo.post(&record_path(&ada, "discharge"), settling_everything(completed)).send().await.expect(201);
    let draft = cleo.writes_letter(&ada, json!({ "kind": "discharge_summary", "recipient": to_gp() })).await.expect(201);
    assert_eq!(draft.json["medicines"][0]["next_prescriber"], "practitioner_arranges", "as the discharge has decided");
    cleo.changes_letter(&draft.id(), replacement(&draft, to_gp(), &[])).await.expect(200);
    cleo.proposes_letter(&draft.id()).await.expect(200);
    ada.agrees_to_letter(&draft.id()).await.expect(200);
    cleo.sends_letter(&draft.id()).await.expect(200);
    let paper = ada.prints_letter(&draft.id()).await.text();
    let parts = [
        "Discharge summary",
        "To: Dr Wick",
        "Discharge details",
        "the agreed care is complete",
        "Depressive disorder (SNOMED CT 35489007)",
        "Sleeps again.",
        "Come back when you need to.",
    ];
    for part in parts {
        assert!(paper.contains(part), "{part} is not in {paper}");
    }

    // Half a year later she still sees what went to which recipient, and when.
    app.clock.advance(TimeDelta::days(185));
    let ada = ada.signs_in_again().await;
    let register: Vec<(String, String, Value)> = ada
        .own_letters()
        .await
        .expect_items()
        .iter()
        .map(|item| {
            (
                item["kind"].as_str().unwrap().to_owned(),
                item["state"].as_str().unwrap().to_owned(),
                item["sending"]["sent_on"].clone(),
            )
        })
        .collect();
    let sent = |kind: &str, day: &str| (kind.to_owned(), "sent".to_owned(), json!(day));
    assert_eq!(
        register,
        [sent("discharge_summary", "2027-01-31"), sent("employer_letter", "2027-01-31"), sent("gp_letter", "2027-01-11"),]
    );
    for item in ada.own_letters().await.expect_items() {
        ada.prints_letter(item["id"].as_str().unwrap()).await;
    }
}
