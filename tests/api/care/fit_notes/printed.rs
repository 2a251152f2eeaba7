//! The printed fit note.

use chrono::TimeDelta;
use confide::platform::config::Organisation;
use serde_json::json;

use crate::support::app::TestSettings;
use crate::support::{TestApp, apply, both_engines};

#[apply(both_engines)]
async fn printed_fit_note_has_every_item_of_the_form_and_does_not_reveal_the_service(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene.tries_to_issue(json!({
        "fitness": "may_be_fit", "adaptations": ["phased_return", "amended_duties"],
        "comments": "Tires after four hours; no night shifts.", "assess_again": false,
        "period": { "kind": "dates", "starts_on": "2027-01-11", "ends_on": "2027-01-31" }
    }));
    let note = note.await.expect(201);
    let printed = scene.ada.downloads_fit_note(&note.id()).await;
    let text = printed.text();
    let order = [
        "Northgate Clinic",
        "Statement of fitness for work",
        "Patient’s name: Ada Byron",
        "I assessed your case on: 11 January 2027",
        "condition(s):",
        "Acute stress reaction",
        "you are not fit for work",
        "X you may be fit for work",
        "X a phased return to work",
        "altered hours",
        "X amended duties",
        "workplace adaptations",
        "Tires after four hours; no night shifts.",
        "from 11 January 2027 to 31 January 2027, both days included",
        "I will need to assess",
        "X I will not need to assess",
        "Issuer’s name: Maya Ellison",
        "Issuer’s profession: Doctor",
        "Date of statement: 11 January 2027",
        "Code of this statement:",
        &note.text("verification_code"),
        "Issuer’s address: Northgate Clinic, Northgate Centre, 12 Mill Lane, Exampleton, EX1 2MP",
        "Page 1 of 1",
    ];
    let mut rest = text.as_str();
    for part in order {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in its place: {text}"));
        rest = &rest[at + part.len()..];
    }
    let reference = scene.ada.own_registration().await.text("reference");
    let lower = text.to_lowercase();
    for revealing in ["confide", "kestrel", &reference.to_lowercase(), "psychiatr", "7654321", "mental", "practitioner", "nhs"] {
        assert!(!lower.contains(revealing), "{revealing} is printed: {text}");
    }
    let metadata = printed.metadata().to_lowercase();
    for revealing in ["confide", "ada", "byron", "stress"] {
        assert!(!metadata.contains(revealing), "{revealing}");
    }
    assert!(printed.is_tagged() && printed.displays_title() && printed.language() == "en-GB");
    assert!(printed.structure().starts_with("Document(P P H1 P H2 L("), "{}", printed.structure());
    let sheets = printed.sheets("fit-note");
    assert_eq!(sheets.len(), 1, "an ordinary note has one page");
    sheets[0].assert_margins_are_empty();
}

#[apply(both_engines)]
async fn fit_note_pdf_has_the_same_bytes_for_every_reader_at_any_time(app: TestApp) {
    let scene = app.consultation().await;
    let id = scene.issues_usual_note().await.id();
    let first = scene.ada.downloads_fit_note(&id).await.bytes;
    assert!(scene.ada.downloads_fit_note(&id).await.bytes == first);
    assert!(scene.doctor.downloads_fit_note(&id).await.bytes == first);
    // Another instance, with another configuration, a year later.
    app.clock.advance(TimeDelta::days(365));
    let ada = scene.ada.signs_in_again().await;
    let mut options = TestSettings::default();
    options.policy.organisation =
        Some(Organisation { name: "Another".to_owned(), address: vec!["Elsewhere".to_owned()], check_url: None });
    let other = app.with_the_same_database(options).await;
    let again = other.get(&format!("/v1/fit-notes/{id}/pdf")).bearer(&ada.token).send().await.expect_pdf();
    assert!(again.bytes == first, "the PDF changed");
}

#[apply(both_engines)]
async fn different_comments_give_a_different_pdf(app: TestApp) {
    let scene = app.consultation().await;
    let first = scene.issues_usual_note().await.id();
    let printed = scene.ada.downloads_fit_note(&first).await;
    scene.doctor.withdraws_fit_note(&first, false).await.expect(200);
    let second = scene.tries_to_issue(json!({ "comments": "Needs rest and regular sleep!" })).await.expect(201).id();
    let other = scene.ada.downloads_fit_note(&second).await;
    assert!(other.bytes != printed.bytes);
    assert!(printed.text().contains("regular sleep.") && other.text().contains("regular sleep!"));
}

#[apply(both_engines)]
async fn long_fit_note_continues_on_a_second_page(app: TestApp) {
    let scene = app.consultation().await;
    let note = scene
        .tries_to_issue(json!({ "comments": "Zoë Łukasz rests.\n".repeat(80), "condition": "x".repeat(300) }))
        .await
        .expect(201);
    let printed = scene.ada.downloads_fit_note(&note.id()).await;
    assert!(printed.pages() > 1);
    for sheet in printed.sheets("fit-note-long") {
        sheet.assert_margins_are_empty();
    }
    assert_eq!(printed.text().matches("Zoë Łukasz rests.").count(), 80);
}

#[apply(both_engines)]
async fn fit_note_download_is_available_only_as_pdf(app: TestApp) {
    let scene = app.consultation().await;
    let path = format!("/v1/fit-notes/{}/pdf", scene.issues_usual_note().await.id());
    for accept in ["application/pdf", "*/*", "application/*", "application/pdf, application/problem+json;q=0.5"] {
        scene.ada.get(&path).header("accept", accept).send().await.expect_pdf();
    }
    for accept in ["application/json", "text/html", "application/pdf;q=0"] {
        scene.ada.get(&path).header("accept", accept).send().await.expect_field("not_acceptable", "Accept");
    }
    scene.ada.get("/v1/fit-notes").header("accept", "application/pdf").send().await.expect_field("not_acceptable", "Accept");
}
