//! Drafts: what each kind of letter contains, what comes from the record, and when it can be proposed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::clinical_record::{InCare, record_path};
use crate::support::letters::{
    employer_letter, gp_letter, letter_to_others, recipient, replacement, section, section_names, sections_to_others, to_gp,
    with_section,
};
use crate::support::prescriptions::sertraline;
use crate::support::risk::assessment_reviewed_on;
use crate::support::{TestApp, apply, both_engines};

const TO_OTHERS: [&str; 4] = ["patient_details", "statement", "person_completing", "distribution_list"];

#[apply(both_engines)]
async fn each_kind_of_letter_begins_with_its_own_sections(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let clinical = [
        "diagnoses",
        "clinical_summary",
        "assessment_scales",
        "medications",
        "allergies",
        "safety_alerts",
        "plan_and_actions",
        "information_given",
        "person_completing",
        "distribution_list",
    ];
    let consultation =
        [&["patient_details", "gp_practice", "requested_actions", "attendance_details"][..], &clinical[..]].concat();
    let discharge = [&["patient_details", "gp_practice", "requested_actions", "discharge_details"][..], &clinical[..]].concat();
    for (kind, recipient, expected) in [
        ("gp_letter", to_gp(), &consultation[..]),
        ("discharge_summary", to_gp(), &discharge[..]),
        ("discharge_summary", recipient(), &discharge[..]),
        ("employer_letter", recipient(), &TO_OTHERS[..]),
        ("regulator_letter", recipient(), &TO_OTHERS[..]),
        ("insurer_report", recipient(), &TO_OTHERS[..]),
    ] {
        let draft = cleo.writes_letter(&ada, json!({ "kind": kind, "recipient": recipient })).await.expect(201);
        assert_eq!(section_names(&draft), expected, "{kind}");
        assert_eq!(draft.header("location"), Some(format!("/v1/letters/{}", draft.id()).as_str()));
        assert_eq!((draft.text("kind"), draft.text("state")), (kind.to_owned(), "draft".to_owned()));
        assert_eq!(draft.text("clinician_id"), cleo.id.to_string());
        if expected == TO_OTHERS {
            for clinical in ["Depress", "35489007", "Sertraline", "PHQ", "Penicillin", "sessions", "Fen Lane", "Wick"] {
                assert!(!draft.json.to_string().contains(clinical), "{kind}: {clinical}");
            }
        }
    }
}

#[apply(both_engines)]
async fn headings_are_those_of_the_standard_for_letters(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let parts = draft.json["sections"].as_array().unwrap();
    let headings: Vec<&str> = parts.iter().map(|part| part["heading"].as_str().unwrap()).collect();
    assert_eq!(
        headings,
        [
            "Patient details",
            "GP practice",
            "Requests to the GP",
            "Attendance details",
            "Diagnoses",
            "Clinical summary",
            "Assessment scales",
            "Medications and medical devices",
            "Allergies and adverse reactions",
            "Safety alerts",
            "Plan",
            "Information and advice given",
            "Person completing record",
            "Distribution list",
        ]
    );
    let fixed: Vec<&str> =
        parts.iter().filter(|part| part["editable"] == false).map(|part| part["section"].as_str().unwrap()).collect();
    let expected = [
        "patient_details",
        "gp_practice",
        "requested_actions",
        "medications",
        "allergies",
        "person_completing",
        "distribution_list",
    ];
    assert_eq!(fixed, expected);
}

#[apply(both_engines)]
async fn draft_repeats_the_words_of_the_record(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    for (name, expected) in [
        ("patient_details", "Name: Ada Byron\nDate of birth: 4 May 1985\nAddress: 2 Fen Lane, Exampleton, EX1 2MP"),
        ("gp_practice", "GP: Dr Wick\nPractice: Fen Lane Surgery"),
        ("requested_actions", ""),
        (
            "attendance_details",
            "11 January 2027: video, with Cleo Clinician\nAssessment completed on 11 January 2027: accepted for treatment.",
        ),
        ("diagnoses", "Depressive disorder (SNOMED CT 35489007), since 1 May 2026"),
        ("clinical_summary", "Moderate depression after a complaint."),
        (
            "medications",
            "Sertraline 50mg tablets: status: New, prescribed on 11 January 2027; indication: not stated; dose, frequency and route: 1 \
             tablet once a day for 28 days; by mouth; supply: 28 tablets, 28 days; continued by: not stated",
        ),
        ("allergies", "Penicillin (SNOMED CT 91936005): reaction: Rash; severity: severe; confirmed"),
        ("safety_alerts", "Described on 11 January 2027 by Cleo Clinician, Doctor: No thoughts of death."),
        (
            "plan_and_actions",
            "Eight sessions.\nGoal: Sleep through (Five nights of seven)\nTreatment: CBT for insomnia\nReview by 8 February 2027.",
        ),
        ("information_given", ""),
        (
            "person_completing",
            "Name: Cleo Clinician\nProfession: Doctor\nRegistration: GMC 7654321\nOrganisation: Northgate Clinic\n\
             Questions and replies: 01632 960 123, replies@northgate.example",
        ),
        ("distribution_list", "GP: Dr Wick, Fen Lane Surgery\nCopy: the patient"),
    ] {
        assert_eq!(section(&draft, name), expected, "{name}");
    }
    let scores = section(&draft, "assessment_scales");
    for score in [
        "Patient Health Questionnaire (PHQ-9): 12 of 27 (Moderate), 11 January 2027",
        "Generalised Anxiety Disorder scale (GAD-7): 7 of 21 (Mild), 11 January 2027",
    ] {
        assert!(scores.lines().any(|line| line == score), "{score} is not in {scores}");
    }
    assert_eq!(
        draft.json["recipient"],
        json!({ "kind": "gp", "name": "Dr Wick", "organisation": "Fen Lane Surgery", "address_lines": [] })
    );
    assert_eq!(draft.text("written_on"), "2027-01-11");
}

#[apply(both_engines)]
async fn record_without_entries_gives_a_draft_that_says_so(app: TestApp) {
    let InCare { ada, cleo, .. } = app.in_care().await;
    ada.consents_to_gp().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    assert_eq!(section(&draft, "patient_details"), "Name: Ada Byron\nDate of birth: not recorded\nAddress: not recorded");
    assert_eq!(section(&draft, "diagnoses"), "No current diagnosis is recorded.");
    assert_eq!(section(&draft, "medications"), "Nothing is prescribed here at present.");
    assert_eq!(section(&draft, "allergies"), "Not recorded: the patient has not been asked yet.");
    assert_eq!(section(&draft, "clinical_summary"), "");
}

#[apply(both_engines)]
async fn medicine_that_was_used_up_is_listed_as_stopped(app: TestApp) {
    let scene = app.prescribing().await;
    let (ada, cleo) = (scene.ada, scene.cleo);
    ada.consents_to_gp().await;
    let prescription = cleo.prescribes(&ada, sertraline()).await;
    cleo.issues_prescription(&prescription).await.expect(201);
    app.clock.advance(TimeDelta::days(27));
    let cleo = cleo.signs_in_again().await;
    let taken = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    assert!(section(&taken, "medications").starts_with("Sertraline 50mg tablets"), "{}", taken.json);
    app.clock.advance(TimeDelta::days(30));
    let cleo = cleo.signs_in_again().await;
    let used_up = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let text = section(&used_up, "medications");
    assert!(text.starts_with("Sertraline 50mg tablets: status: Stopped, until 8 February 2027;"), "{text}");
    assert_eq!(used_up.json["medicines"][0]["status"], "stopped");
}

#[apply(both_engines)]
async fn recipients_know_the_patient_by_no_more_than_they_need(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let number = ada.own_registration().await.text("registration_number");
    for (kind, expected) in [
        ("employer_letter", "Name: Ada Byron".to_owned()),
        ("regulator_letter", format!("Name: Ada Byron\nRegistration: GMC {number}")),
        ("insurer_report", "Name: Ada Byron\nDate of birth: 4 May 1985".to_owned()),
    ] {
        let draft = cleo.writes_letter(&ada, letter_to_others(kind, "Is well.")).await.expect(201);
        assert_eq!(section(&draft, "patient_details"), expected, "{kind}");
        assert_eq!(section(&draft, "statement"), "Is well.");
    }
}

#[apply(both_engines)]
async fn clinical_section_goes_to_an_employer_only_when_the_clinician_includes_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let form = with_section(employer_letter(), "diagnoses", None);
    let letter = cleo.writes_letter(&ada, with_section(form, "medications", Some("Takes a medicine in the evening."))).await;
    let letter = letter.expect(201);
    assert_eq!(
        section_names(&letter),
        ["patient_details", "statement", "diagnoses", "medications", "person_completing", "distribution_list"],
        "in the order of a letter"
    );
    assert_eq!(section(&letter, "diagnoses"), "Depressive disorder (SNOMED CT 35489007), since 1 May 2026");
    assert_eq!(section(&letter, "medications"), "Takes a medicine in the evening.");
    assert!(!letter.json.to_string().contains("Sertraline"), "the clinician's words replace the record's");
    cleo.proposes_letter(&letter.id()).await.expect(200);
    let read = ada.reads_letter(&letter.id()).await.expect(200);
    assert_eq!(read.json["sections"], letter.json["sections"], "she reads exactly what would go");
}

#[apply(both_engines)]
async fn section_or_recipient_that_the_kind_does_not_allow_is_refused(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let employer = |change: &dyn Fn(&mut Value)| {
        let mut form = employer_letter();
        change(&mut form);
        form
    };
    for section in ["allergies", "safety_alerts", "gp_practice", "requested_actions", "discharge_details", "information_given"] {
        for kind in ["employer_letter", "regulator_letter", "insurer_report"] {
            let form = with_section(letter_to_others(kind, "Is well."), section, None);
            cleo.writes_letter(&ada, form).await.expect_field("invalid_body", "/sections/4/section");
        }
    }
    for (form, pointer) in [
        (with_section(employer_letter(), "statement", None), "/sections/4/section"),
        (employer(&|form| form["sections"] = json!([{ "section": "statement", "text": "Is well." }])), "/sections"),
        (employer(&|form| form["sections"][0]["text"] = json!("Name: someone else")), "/sections/0/text"),
        (employer(&|form| form["sections"][1]["text"] = json!("")), "/sections/1/text"),
        (employer(&|form| form["sections"][1]["text"] = json!("x".repeat(8001))), "/sections/1/text"),
        (employer(&|form| form["sections"][1]["text"] = json!("Is \u{8a3a} well.")), "/sections/1/text"),
        (employer(&|form| form["sections"] = json!([])), "/sections"),
        (employer(&|form| form["recipient"] = to_gp()), "/recipient/kind"),
        (employer(&|form| form["recipient"] = json!({ "kind": "other" })), "/recipient/name"),
        (employer(&|form| form["recipient"]["name"] = json!("\u{8a3a}")), "/recipient/name"),
        (
            employer(&|form| form["recipient"]["address_lines"] = json!(["1", "2", "3", "4", "5", "6", "7"])),
            "/recipient/address_lines",
        ),
        (employer(&|form| form["requested_actions"] = json!([])), "/requested_actions"),
        (employer(&|form| form["medicines"] = json!([{ "prescription_id": ada.id, "item": 1 }])), "/medicines"),
        (json!({ "kind": "gp_letter", "recipient": to_gp(), "requested_actions": [""] }), "/requested_actions/0"),
        (json!({ "kind": "gp_letter", "recipient": to_gp(), "requested_actions": ["x".repeat(501)] }), "/requested_actions/0"),
        (json!({ "kind": "gp_letter", "recipient": to_gp(), "requested_actions": vec!["Call."; 11] }), "/requested_actions"),
        (json!({ "kind": "gp_letter", "recipient": recipient() }), "/recipient/kind"),
        (json!({ "kind": "gp_letter", "recipient": { "kind": "gp", "name": "Dr Other" } }), "/recipient/name"),
        (json!({ "kind": "gp_letter", "recipient": { "kind": "gp", "organisation": "Other" } }), "/recipient/organisation"),
        (json!({ "kind": "sick_note", "recipient": recipient() }), "/kind"),
    ] {
        cleo.writes_letter(&ada, form).await.expect_field("invalid_body", pointer);
    }
    for table in ["letters", "letter_events"] {
        assert_eq!(app.row_count(table).await, 0, "{table}");
    }
}

#[apply(both_engines)]
async fn letter_is_replaced_by_version_with_all_its_sections(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, with_section(employer_letter(), "diagnoses", None)).await.expect(201);
    let path = format!("/v1/letters/{}", draft.id());
    let form = json!({ "recipient": recipient(), "sections": sections_to_others("Can work half days.") });
    cleo.put(&path, form.clone()).send().await.expect_problem("version_required");
    let changed = cleo.put(&path, form.clone()).if_match(&draft.etag()).send().await.expect(200);
    assert_eq!((section_names(&changed), changed.etag()), (TO_OTHERS.map(str::to_owned).to_vec(), "\"v2\"".to_owned()));
    assert_eq!(section(&changed, "statement"), "Can work half days.");
    assert_ne!(changed.text("fingerprint"), draft.text("fingerprint"));
    cleo.put(&path, form).if_match(&draft.etag()).send().await.expect_problem("version_mismatch");
    let other = replacement(&changed, json!({ "kind": "other", "organisation": "Kelso Trust" }), &[]);
    let changed = cleo.changes_letter(&draft.id(), other).await.expect(200);
    assert_eq!(section(&changed, "distribution_list"), "Kelso Trust\nCopy: the patient");
    cleo.changes_letter(&draft.id(), json!({ "recipient": recipient(), "sections": [] }))
        .await
        .expect_field("invalid_body", "/sections");
    assert_eq!(app.letter_events(&draft.id()).await, ["drafted", "changed", "changed"]);
}

#[apply(both_engines)]
async fn letter_is_proposed_only_when_every_section_is_written(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let refused = cleo.proposes_letter(&draft.id()).await.expect(422).expect_problem("incomplete");
    let missing: Vec<&str> =
        refused.json["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    let expected = ["/sections/2/text", "/sections/11/text", "/medicines/0/indication", "/medicines/0/next_prescriber"];
    assert_eq!(missing, expected, "{}", refused.json);
    assert_eq!(cleo.reads_letter(&draft.id()).await.expect(200).text("state"), "draft");
    let form = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
    cleo.changes_letter(&draft.id(), form).await.expect(200);
    let proposed = cleo.proposes_letter(&draft.id()).await.expect(200);
    assert_eq!((proposed.text("state"), proposed.text("proposed_at")), ("awaiting_agreement".into(), app.now().to_string()));
    cleo.proposes_letter(&draft.id()).await.expect_problem("state_conflict");
    assert_eq!(app.letter_events(&draft.id()).await, ["drafted", "changed", "proposed"]);
}

#[apply(both_engines)]
async fn what_is_requested_of_the_gp_comes_first_and_says_none_when_there_is_nothing(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let with_actions = |actions: Value| json!({ "kind": "gp_letter", "recipient": to_gp(), "requested_actions": actions });
    for (actions, expected) in [
        (json!([]), "None."),
        (
            json!(["Check the blood pressure.", " Add the diagnosis to the record. "]),
            "Check the blood pressure.\nAdd the diagnosis to the record.",
        ),
    ] {
        let draft = cleo.writes_letter(&ada, with_actions(actions)).await.expect(201);
        assert_eq!(section(&draft, "requested_actions"), expected);
        assert_eq!(section_names(&draft)[..3], ["patient_details", "gp_practice", "requested_actions"]);
    }
}

#[apply(both_engines)]
async fn requests_medicines_and_allergies_of_a_letter_to_the_gp_never_contradict_the_record(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    for (name, text) in
        [("requested_actions", "None."), ("medications", "None prescribed."), ("allergies", "No known allergies.")]
    {
        let part = draft.json["sections"].as_array().unwrap().iter().position(|part| part["section"] == name).unwrap();
        assert_eq!(draft.json["sections"][part]["editable"], json!(false), "{name}");
        let mut form = replacement(&draft, to_gp(), &[]);
        form["sections"][part]["text"] = json!(text);
        cleo.changes_letter(&draft.id(), form).await.expect_field("invalid_body", &format!("/sections/{part}/text"));
    }
    let kept = cleo.reads_letter(&draft.id()).await.expect(200);
    assert_eq!(section(&kept, "allergies"), section(&draft, "allergies"));
}

#[apply(both_engines)]
async fn risk_is_the_present_assessment_with_its_day_and_its_author(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let dora = app.clinician("Dora Clinician").employed_by("A1A1A").registered("nmc", "12A3456B").await;
    app.appointment(&ada, &dora, app.now().get() + TimeDelta::days(5)).await;
    dora.records_risk_assessment(&ada, assessment_reviewed_on("2027-02-01")).await.expect(201);
    app.clock.advance(TimeDelta::days(1));
    let cleo = cleo.signs_in_again().await;
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let risk = section(&draft, "safety_alerts");
    assert!(risk.starts_with("Assessed on 11 January 2027 by Dora Clinician, Nurse or midwife.\n"), "{risk}");
    for line in ["Risk to others: none found", "Plan: Speaks to us again tomorrow at nine.", "Next review: 1 February 2027"] {
        assert!(risk.lines().any(|found| found == line), "{line} is not in {risk}");
    }
    assert!(!risk.contains("No thoughts of death."), "the assessment replaces the note: {risk}");
}

#[apply(both_engines)]
async fn attendances_are_listed_with_mode_and_clinician(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let dora = app.dora().await;
    for (clinician, days, mode, status) in
        [(&dora, 6, "phone", "attended"), (&cleo, 4, "in_person", "attended"), (&dora, 2, "video", "not_attended")]
    {
        let appointment = app.appointment(&ada, clinician, app.now().get() - TimeDelta::days(days)).await;
        app.set_appointment_status(appointment, status).await;
        app.set_appointment_mode(appointment, mode).await;
    }
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let expected = "5 January 2027: phone, with Dora Clinician\n7 January 2027: in person, with Cleo Clinician\n\
                    11 January 2027: video, with Cleo Clinician\nAssessment completed on 11 January 2027: accepted for treatment.";
    assert_eq!(section(&draft, "attendance_details"), expected);
}

#[apply(both_engines)]
async fn names_of_the_service_and_nhs_numbers_do_not_leave_in_a_letter(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let reference = ada.own_registration().await.text("reference");
    for revealing in ["Known here as Kestrel.", &format!("Reference {reference}."), "NHS number 943 476 5919."] {
        let draft = cleo.writes_letter(&ada, letter_to_others("insurer_report", revealing)).await.expect(201);
        let refused = cleo.proposes_letter(&draft.id()).await.expect_field("incomplete", "/sections/1/text");
        assert_eq!(refused.json["errors"][0]["code"], "reveals", "{revealing}");
        ada.reads_letter(&draft.id()).await.expect_problem("not_found");
    }
}

#[apply(both_engines)]
async fn words_of_the_record_that_cannot_be_printed_are_named_before_the_letter_is_proposed(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let problem = json!({ "name": "Insomnia \u{8a3a}", "shared": true });
    cleo.post(&record_path(&ada, "problems"), problem).send().await.expect(201);
    let draft = cleo.writes_letter(&ada, with_section(employer_letter(), "diagnoses", None)).await.expect(201);
    let refused = cleo.proposes_letter(&draft.id()).await.expect_field("incomplete", "/sections/2/text");
    assert_eq!(refused.json["errors"][0]["code"], "unprintable");
}

#[apply(both_engines)]
async fn law_gives_the_practitioner_three_weeks_for_employers_and_insurers(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    for (kind, until) in
        [("employer_letter", json!("2027-02-01")), ("insurer_report", json!("2027-02-01")), ("regulator_letter", Value::Null)]
    {
        let letter = cleo.writes_letter(&ada, letter_to_others(kind, "Is well.")).await.expect(201);
        assert_eq!(letter.json["answer_due_on"], Value::Null, "{kind}: not proposed yet");
        let proposed = cleo.proposes_letter(&letter.id()).await.expect(200);
        assert_eq!(proposed.json["answer_due_on"], until, "{kind}");
        assert_eq!(ada.reads_letter(&letter.id()).await.expect(200).json["answer_due_on"], until, "{kind}");
    }
}

#[apply(both_engines)]
async fn repeated_request_writes_no_second_letter(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let path = record_path(&ada, "letters");
    let first = cleo.post(&path, employer_letter()).key("l1").send().await.expect(201);
    let again = cleo.post(&path, employer_letter()).key("l1").send().await.expect(201);
    assert_eq!((first.id(), app.row_count("letters").await), (again.id(), 1));
}

#[apply(both_engines)]
async fn letter_says_what_is_damaged_and_is_not_proposed_with_it(app: TestApp) {
    let InCare { ada, cleo, .. } = app.full_record().await;
    let whole = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    for (table, column, damaged, contains) in [
        ("problems", "content", "diagnoses", ""),
        ("allergy_statements", "allergies", "allergies", ""),
        ("assessment_answers", "score", "assessment_scales", ""),
        ("care_plan_versions", "content", "plan_and_actions", "Eight sessions."),
        ("clinical_notes", "content", "safety_alerts", ""),
        ("assessment_outcomes", "details", "clinical_summary", ""),
    ] {
        assert!(!section(&whole, damaged).contains("damaged and cannot be read"), "{damaged}");
        app.damages(table, column, "1 = 1").await;
        let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
        let text = section(&draft, damaged);
        assert!(
            text.starts_with("(A part of the record for this section is damaged") && text.contains(contains),
            "{damaged}: {text}"
        );
        for nothing in ["No current diagnosis", "No known allergies", "has not been asked"] {
            assert!(!text.contains(nothing), "{damaged}: {text}");
        }
    }
    let draft = cleo.writes_letter(&ada, gp_letter()).await.expect(201);
    let own = replacement(&draft, to_gp(), &[("information_given", "A leaflet about sleep.")]);
    cleo.changes_letter(&draft.id(), own).await.expect(200);
    let refused = cleo.proposes_letter(&draft.id()).await.expect(422).expect_problem("incomplete");
    let errors = refused.json["errors"].as_array().unwrap();
    assert!(errors.iter().any(|error| error["code"] == "unreadable"), "{}", refused.json);
    // A letter that repeats nothing of it is written as ever.
    let letter = cleo.writes_letter(&ada, employer_letter()).await.expect(201);
    cleo.proposes_letter(&letter.id()).await.expect(200);
}
