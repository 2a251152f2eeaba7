//! The printed letter.

use crate::support::app::TestSettings;
use crate::support::clinical_record::{InCare, record_path};
use crate::support::letters::{employer_letter, gp_letter, letter_to_others, replacement, section, to_gp, with_section};
use crate::support::{TestApp, apply, both_engines};
use chrono::TimeDelta;
use confide::platform::config::ReplyContact;

#[track_caller]
fn assert_in_order(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} is not in its place: {text}"));
        rest = &rest[at + part.len()..];
    }
}

#[apply(both_engines)]
async fn letter_to_the_gp_has_the_headings_of_the_standard_in_order(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.proposes_letter_to_gp(&ada).await;
    ada.agrees_to_letter(&letter).await.expect(200);
    let printed = cleo.prints_letter(&letter).await;
    let text = printed.text();
    assert_in_order(
        &text,
        &[
            "Northgate Clinic",
            "12 Mill Lane",
            "Outpatient letter",
            "Date: 11 January 2027",
            "To: Dr Wick",
            "Fen Lane Surgery",
            "Patient details",
            "Name: Ada Byron",
            "Date of birth: 4 May 1985",
            "GP practice",
            "Requests to the GP",
            "None.",
            "Attendance details",
            "11 January 2027: video, with Cleo Clinician",
            "Diagnoses",
            "Depressive disorder (SNOMED CT 35489007)",
            "Clinical summary",
            "Moderate depression after a complaint.",
            "Assessment scales",
            "12 of 27",
            "Medications and medical devices",
            "Medicine",
            "Continued by",
            "Sertraline 50mg tablets",
            "Depression",
            "Allergies and adverse reactions",
            "Penicillin",
            "Safety alerts",
            "Plan",
            "Eight sessions.",
            "Information and advice given",
            "A leaflet about sleep.",
            "Person completing record",
            "Cleo Clinician",
            "GMC 7654321",
            "Questions and replies: 01632 960 123, replies@northgate.example",
            "Distribution list",
            "Copy: the patient",
            "The patient has read this letter and agreed on 11 January 2027 that it is sent to the recipient.",
        ],
    );
    let pages = printed.pages();
    for number in 1..=pages {
        assert!(text.contains(&format!("Page {number} of {pages}")), "{text}");
    }
    let identified = text.matches("Outpatient letter, Name: ").count();
    assert_eq!(identified, pages, "each page names the patient: {text}");
    assert!(!text.contains("DRAFT"), "{text}");
    let reference = ada.own_registration().await.text("reference").to_lowercase();
    assert_eq!(text.matches("CONFIDENTIAL").count(), pages, "each page is marked: {text}");
    assert_eq!(text.matches("Questions and replies: 01632 960 123").count(), pages + 1, "each page and the signature: {text}");
    let lower = text.to_lowercase().replace("confidential", "");
    for revealing in ["confide", "kestrel", &reference, "practitioner", "psychiatr", "mental health", "cannot sleep"] {
        assert!(!lower.contains(revealing), "{revealing} is printed: {text}");
    }
    let metadata = printed.metadata().to_lowercase();
    for revealing in ["confide", "ada", "byron", "depress", "wick"] {
        assert!(!metadata.contains(revealing), "{revealing}");
    }
    assert!(printed.is_tagged() && printed.displays_title() && printed.language() == "en-GB");
    let structure = printed.structure();
    assert!(structure.contains("H1") && structure.matches("H2").count() == 14, "{structure}");
    // Identification, and attendances with the outcome; the plan has four lines; the table has one medicine.
    let item = "LI(Lbl LBody)";
    assert!(
        structure.contains(&format!("H2 L({item} {item} {item}) H2 L({item} {item}) H2 P H2 L({item} {item}) H2 P")),
        "{structure}"
    );
    assert!(structure.contains(&format!("H2 L({item} {item} {item} {item}) H2")), "the plan: {structure}");
    let row = |cell: &str| format!("TR({})", [cell; 6].join(" "));
    let table = format!("H2 Table(THead({}) TBody({})) H2", row("TH"), row("TD"));
    assert!(structure.contains(&table), "the medicines: {structure}");
    for sheet in printed.sheets("gp-letter") {
        sheet.assert_margins_are_empty();
    }
}

#[apply(both_engines)]
async fn letter_to_others_prints_only_its_own_sections(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    for (kind, title) in [
        ("employer_letter", "Letter about work"),
        ("regulator_letter", "Letter to the regulator"),
        ("insurer_report", "Report for an insurer"),
    ] {
        let letter = cleo.agrees_letter_with(&ada, letter_to_others(kind, "Is able to work.")).await;
        let text = cleo.prints_letter(&letter).await.text();
        assert_in_order(
            &text,
            &[
                title,
                "Rowan Skye",
                "Patient details",
                "In answer to your request",
                "Is able to work.",
                "Person completing record",
            ],
        );
        for absent in ["Diagnos", "Depress", "Sertraline", "PHQ", "Allerg", "Risk", "Plan", "Fen Lane", "psychiatr"] {
            assert!(!text.contains(absent), "{kind}: {absent} is in {text}");
        }
        assert_eq!(text.contains("GMC 7654321"), kind != "employer_letter", "{kind}");
    }
}

#[apply(both_engines)]
async fn letter_is_marked_as_a_draft_until_the_practitioner_agrees(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let text = cleo.prints_letter(&letter.id()).await.text();
    assert!(text.contains("DRAFT") && text.contains("Not filled in yet."), "{text}");
    assert!(text.contains("The patient has not agreed that this letter is sent."), "{text}");
    let form = replacement(&letter, to_gp(), &[("information_given", "None.")]);
    cleo.changes_letter(&letter.id(), form).await.expect(200);
    cleo.proposes_letter(&letter.id()).await.expect(200);
    for reader in [&cleo, &ada] {
        assert!(reader.prints_letter(&letter.id()).await.text().contains("DRAFT"));
    }
    ada.declines_letter(&letter.id(), "No.").await.expect(200);
    assert!(cleo.prints_letter(&letter.id()).await.text().contains("DRAFT, NOT AGREED"));

    let agreed = cleo.agrees_letter_with(&ada, employer_letter()).await;
    for sent in [false, true] {
        if sent {
            cleo.sends_letter(&agreed).await.expect(200);
        }
        for reader in [&cleo, &ada] {
            let text = reader.prints_letter(&agreed).await.text();
            assert!(["DRAFT", "WITHDRAWN", "CANCELLED", "not agreed"].iter().all(|mark| !text.contains(mark)), "{text}");
        }
    }
}

#[apply(both_engines)]
async fn letter_without_a_set_contact_says_nothing_of_one(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let mut options = TestSettings::default();
    options.policy.reply_contact = ReplyContact { phone: None, email: None };
    let other = app.with_the_same_database(options).await;
    let draft = other.post(&record_path(&ada, "letters"), employer_letter()).bearer(&cleo.token).send().await.expect(201);
    let author = section(&draft, "person_completing");
    assert!(author.ends_with("\nOrganisation: Northgate Clinic"), "{author}");
    let text = cleo.prints_letter(&draft.id()).await.text();
    assert!(!text.contains("Questions") && !text.contains("replies") && text.contains("CONFIDENTIAL"), "{text}");
}

#[apply(both_engines)]
async fn lines_that_begin_with_a_dash_are_a_list(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let statement = "Before the next visit:\n- four days a week\n- no nights\nAfter it we speak again.";
    let draft = cleo.writes_letter(&ada, letter_to_others("employer_letter", statement)).await.expect(201);
    let printed = cleo.prints_letter(&draft.id()).await;
    let structure = printed.structure();
    assert!(structure.contains("H2 P L(LI(Lbl LBody) LI(Lbl LBody)) P H2"), "{structure}");
    assert!(printed.text().contains("• four days a week • no nights"), "{}", printed.text());
}

#[apply(both_engines)]
async fn long_letter_continues_on_numbered_pages(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let paragraph = "Zoë Łukasz writes about the treatment and about work.\n".repeat(120);
    let form = with_section(employer_letter(), "clinical_summary", Some(&paragraph));
    let letter = cleo.agrees_letter_with(&ada, form).await;
    let printed = cleo.prints_letter(&letter).await;
    let (text, pages) = (printed.text(), printed.pages());
    assert!(pages > 1, "{pages} pages");
    for number in 1..=pages {
        assert!(text.contains(&format!("Page {number} of {pages}")), "{number}: {text}");
    }
    assert_eq!(text.matches("Zoë Łukasz writes").count(), 120);
    for sheet in printed.sheets("letter-long") {
        sheet.assert_margins_are_empty();
    }
}

#[apply(both_engines)]
async fn same_letter_has_the_same_bytes_for_every_reader(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let letter = cleo.agrees_letter_with(&ada, employer_letter()).await;
    cleo.sends_letter(&letter).await.expect(200);
    let first = cleo.prints_letter(&letter).await.bytes;
    assert!(ada.prints_letter(&letter).await.bytes == first);
    // Another instance, much later, on which the organisation is not set.
    app.clock.advance(TimeDelta::days(100));
    let (ada, cleo) = (ada.signs_in_again().await, cleo.signs_in_again().await);
    let mut options = TestSettings::default();
    options.policy.organisation = None;
    let other = app.with_the_same_database(options).await;
    let again = other.get(&format!("/v1/letters/{letter}/pdf")).bearer(&ada.token).send().await.expect_pdf();
    assert!(again.bytes == first, "the PDF changed");
    let new = other.post(&record_path(&ada, "letters"), employer_letter()).bearer(&cleo.token).send().await;
    new.expect_problem("organisation_required");
}
