//! Letters to employers: words that tell what is treated need the confirmation of the practitioner.

use serde_json::json;

use crate::support::clinical_record::InCare;
use crate::support::letters::{employer_letter, letter_to_others, with_section};
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn clinical_words_in_a_letter_to_an_employer_need_the_practitioners_confirmation(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let form = letter_to_others("employer_letter", "Is treated for depression and takes Sertraline.");
    let letter = cleo.proposes_new_letter(&ada, form).await;
    let words = json!(["depression", "sertraline"]);
    for reader in [&cleo, &ada] {
        assert_eq!(reader.reads_letter(&letter).await.expect(200).json["clinical_words"], words);
    }
    let refused = ada.agrees_to_letter(&letter).await.expect(422).expect_field("invalid_body", "/confirms_clinical_words");
    assert_eq!(refused.json["errors"][0]["code"], "required");
    let shown = refused.json.to_string().to_lowercase();
    assert!(!shown.contains("depression") && !shown.contains("sertraline"), "{shown}");
    assert_eq!(ada.reads_letter(&letter).await.expect(200).text("state"), "awaiting_agreement");
    cleo.sends_letter(&letter).await.expect_problem("state_conflict");

    assert_eq!(ada.agrees_to_clinical_words(&letter).await.expect(200).text("state"), "agreed");
    cleo.sends_letter(&letter).await.expect(200);
    assert_eq!(app.letter_events(&letter).await, ["drafted", "proposed", "agreed", "sent"]);
}

#[apply(both_engines)]
async fn words_of_the_record_that_the_clinician_includes_for_an_employer_are_found_too(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_new_letter(&ada, with_section(employer_letter(), "diagnoses", None)).await;
    assert_eq!(ada.reads_letter(&letter).await.expect(200).json["clinical_words"], json!(["depressive"]));
    ada.agrees_to_letter(&letter).await.expect_field("invalid_body", "/confirms_clinical_words");
    ada.declines_letter(&letter, "Leave the diagnosis out.").await.expect(200);
}

#[apply(both_engines)]
async fn letters_without_such_words_and_to_others_need_no_confirmation(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    for form in [
        employer_letter(),
        letter_to_others("insurer_report", "Is treated for depression."),
        letter_to_others("regulator_letter", "Is treated for depression."),
    ] {
        let letter = cleo.agrees_letter_with(&ada, form).await;
        assert_eq!(ada.reads_letter(&letter).await.expect(200).json["clinical_words"], json!([]));
    }
    // A draft that is changed shows the practitioner neither its text nor its words.
    let letter = cleo.proposes_new_letter(&ada, employer_letter()).await;
    let form = letter_to_others("employer_letter", "Is treated for depression.");
    let change = json!({ "recipient": form["recipient"], "sections": form["sections"] });
    cleo.changes_letter(&letter, change).await.expect(200);
    assert_eq!(ada.reads_letter(&letter).await.expect(200).json["clinical_words"], json!([]));
    assert_eq!(cleo.reads_letter(&letter).await.expect(200).json["clinical_words"], json!(["depression"]));
}

#[apply(both_engines)]
async fn clinical_words_are_found_however_they_are_written(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let text = "Has in-somnia and b u r n o u t; was tested for H.I.V. and takes sertr\u{430}line.";
    let letter = cleo.proposes_new_letter(&ada, letter_to_others("employer_letter", text)).await;
    let words = json!(["burnout", "hiv", "insomnia", "sertraline"]);
    assert_eq!(ada.reads_letter(&letter).await.expect(200).json["clinical_words"], words);
    ada.agrees_to_letter(&letter).await.expect_field("invalid_body", "/confirms_clinical_words");
    assert_eq!(ada.agrees_to_clinical_words(&letter).await.expect(200).text("state"), "agreed");
}
