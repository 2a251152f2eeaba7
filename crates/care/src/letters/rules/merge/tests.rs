use super::super::tests::{date, sertraline};
use super::*;
use crate::letters::catalogue::template;
use crate::letters::model::LetterKind;
use crate::letters::model::record::{ClinicianExtract, RiskExtract, RiskFindings};
use crate::records::model::{Allergies, Allergy, CarePlanContent, Goal};
use crate::risk::model::{AccessToMeans, AssessedHow, AssessmentContent, Finding, RiskLevel};
use LetterSection::*;
use reference::workforce::model::RegistrationBody;

/// A risk assessment with something in every part.
fn assessed() -> AssessmentContent {
    let finding = |level, details: Option<&str>| Finding { level, details: details.map(str::to_owned) };
    AssessmentContent {
        risk_to_self: finding(RiskLevel::Moderate, Some("Thoughts of death, no plan.")),
        risk_to_others: finding(RiskLevel::None, None),
        risk_to_people_in_their_care: finding(RiskLevel::Low, None),
        risk_from_others: finding(RiskLevel::High, Some("Bullied.")),
        protective_factors: "Her sister.".to_owned(),
        access_to_means: vec![AccessToMeans::MedicinesAtWork, AccessToMeans::Sharps],
        means_details: Some("Works in theatre.".to_owned()),
        assessed_how: AssessedHow::Video,
        assessed_how_details: None,
        plan: "Weekly calls.".to_owned(),
        next_review_on: Some(date("2027-01-18")),
        safety_plan_reviewed: Some(true),
    }
}

/// A record with something in every part.
fn record() -> RecordExtract {
    let problem = |name: &str, code: Option<&str>, since: Option<&str>| ProblemContent {
        name: name.to_owned(),
        snomed_code: code.map(str::to_owned),
        since: since.map(date),
        note: Some("Not for others.".to_owned()),
    };
    RecordExtract {
        patient: PatientExtract {
            legal_name: "Ada Byron".to_owned(),
            born_on: Some(date("1985-05-04")),
            address: Some(PostalAddress { lines: vec!["2 Fen Lane".to_owned()], postcode: "EX1 2MP".to_owned() }),
            registration: Some((RegistrationBody::Gmc, "7012345".to_owned())),
        },
        gp: GpDetails { name: Some("Dr Wick".to_owned()), practice: Some("Fen Lane Surgery".to_owned()), note: None },
        attended: vec![
            AttendanceExtract { on: date("2027-01-04"), mode: AppointmentMode::Phone, clinician: None },
            AttendanceExtract {
                on: date("2027-01-11"),
                mode: AppointmentMode::Video,
                clinician: Some("Cleo Clinician".to_owned()),
            },
        ],
        actions: Some(vec!["Check the blood pressure.".to_owned()]),
        outcome: Some(OutcomeExtract {
            outcome: AssessmentOutcome::Accepted,
            recorded_on: date("2027-01-11"),
            plan: Some("Six sessions.".to_owned()),
            summary: Some("Moderate depression after a complaint.".to_owned()),
            signposts: vec!["Harbour Peer Line".to_owned()],
        }),
        discharge: Some(DischargeExtract {
            started_on: date("2027-01-11"),
            ended_on: date("2027-03-01"),
            reason: DischargeReason::Completed,
            summary: Some("Sleeps again.".to_owned()),
            shared: Some("Come back when you need to.".to_owned()),
        }),
        problems: vec![problem("Depressive disorder", Some("35489007"), Some("2026-05-01")), problem("Burnout", None, None)],
        allergies: Some(Allergies {
            status: AllergyStatus::Known,
            entries: vec![Allergy {
                substance: "Penicillin".to_owned(),
                snomed_code: Some("91936005".to_owned()),
                reaction: Some("Rash".to_owned()),
                severity: AllergySeverity::Severe,
                certainty: AllergyCertainty::Confirmed,
            }],
            ..Allergies::NOT_ASKED
        }),
        medicines: vec![sertraline()],
        scores: vec![ScoreExtract {
            title: "PHQ-9".to_owned(),
            total: 17,
            most: 27,
            band: Some("Moderately severe".to_owned()),
            answered_on: date("2027-01-10"),
        }],
        plan: Some(PlanExtract {
            content: CarePlanContent {
                goals: vec![
                    Goal { text: "Sleep through".to_owned(), measure: Some("Five nights".to_owned()), state: GoalState::Open },
                    Goal { text: "Old goal".to_owned(), measure: None, state: GoalState::Achieved },
                ],
                interventions: vec!["CBT for insomnia".to_owned()],
            },
            review_on: date("2027-02-08"),
        }),
        risk: Some(RiskExtract {
            assessed_on: date("2027-01-12"),
            by: Some(ClinicianExtract {
                name: "Dora Clinician".to_owned(),
                registration: Some((RegistrationBody::Nmc, "12A3456B".to_owned())),
            }),
            findings: RiskFindings::Assessment(Box::new(assessed())),
        }),
        author: AuthorExtract {
            name: "Cleo Clinician".to_owned(),
            registration: Some((RegistrationBody::Gmc, "7654321".to_owned())),
            organisation: "Northgate Clinic".to_owned(),
            contact: vec!["01632 960 123".to_owned(), "replies@northgate.example".to_owned()],
        },
        recipient: Recipient {
            kind: LetterRecipientKind::Other,
            name: Some("Rowan Skye".to_owned()),
            organisation: Some("Northmoor Hospitals".to_owned()),
            address: vec!["1 Harbour Lane".to_owned()],
        },
        unreadable: Vec::new(),
    }
}

#[test]
fn each_section_has_the_words_of_the_record() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let cases = [
        (PatientDetails, "Name: Ada Byron\nDate of birth: 4 May 1985\nAddress: 2 Fen Lane, EX1 2MP"),
        (GpPractice, "GP: Dr Wick\nPractice: Fen Lane Surgery"),
        (
            AttendanceDetails,
            "4 January 2027: phone\n11 January 2027: video, with Cleo Clinician\nAssessment completed on 11 January 2027: accepted for treatment.",
        ),
        (RequestedActions, "Check the blood pressure."),
        (DischargeDetails, "In care from 11 January 2027 to 1 March 2027: the agreed care is complete."),
        (Statement, ""),
        (Diagnoses, "Depressive disorder (SNOMED CT 35489007), since 1 May 2026\nBurnout"),
        (ClinicalSummary, "Moderate depression after a complaint.\nSleeps again."),
        (AssessmentScales, "PHQ-9: 17 of 27 (Moderately severe), 10 January 2027"),
        (
            Medications,
            "Sertraline 50mg tablets: status: New, prescribed on 11 January 2027; indication: Depression; dose, frequency and route: 1 \
             tablet once a day; oral; supply: 28 tablets, 28 days; continued by: the sender of this letter",
        ),
        (LetterSection::Allergies, "Penicillin (SNOMED CT 91936005): reaction: Rash; severity: severe; confirmed"),
        (
            SafetyAlerts,
            "Assessed on 12 January 2027 by Dora Clinician, Nurse or midwife.\nRisk to self: moderate. Thoughts of death, no plan.\n\
             Risk to others: none found\nRisk to people in their care: low\nRisk from others: high. Bullied.\n\
             Access to means: medicines at work, sharps. Works in theatre.\nProtective factors: Her sister.\nPlan: Weekly calls.\n\
             Next review: 18 January 2027",
        ),
        (
            PlanAndActions,
            "Six sessions.\nGoal: Sleep through (Five nights)\nTreatment: CBT for insomnia\nReview by 8 February 2027.",
        ),
        (InformationGiven, "The patient was pointed to: Harbour Peer Line.\nCome back when you need to."),
        (
            PersonCompleting,
            "Name: Cleo Clinician\nProfession: Doctor\nRegistration: GMC 7654321\nOrganisation: Northgate Clinic\n\
             Questions and replies: 01632 960 123, replies@northgate.example",
        ),
        (DistributionList, "Rowan Skye, Northmoor Hospitals, 1 Harbour Lane\nCopy: the patient"),
    ];
    assert_eq!(cases.len(), LetterSection::ALL.len());
    for (section, expected) in cases {
        assert_eq!(section_text(section, gp, &record()), expected, "{section:?}");
    }
}

#[test]
fn a_recipient_knows_the_patient_by_no_more_than_they_need() {
    let details = |kind| section_text(PatientDetails, template(kind).unwrap(), &record());
    assert_eq!(details(LetterKind::EmployerLetter), "Name: Ada Byron");
    assert_eq!(details(LetterKind::RegulatorLetter), "Name: Ada Byron\nRegistration: GMC 7012345");
    assert_eq!(details(LetterKind::InsurerReport), "Name: Ada Byron\nDate of birth: 4 May 1985");
    let author = section_text(PersonCompleting, template(LetterKind::EmployerLetter).unwrap(), &record());
    let expected = "Name: Cleo Clinician\nProfession: Doctor\nOrganisation: Northgate Clinic\n\
                    Questions and replies: 01632 960 123, replies@northgate.example";
    assert_eq!(author, expected);
}

#[test]
fn an_empty_record_says_so_where_silence_could_mislead() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let empty = RecordExtract {
        gp: GpDetails::default(),
        attended: Vec::new(),
        actions: None,
        outcome: None,
        discharge: None,
        problems: Vec::new(),
        allergies: Some(Allergies::NOT_ASKED),
        medicines: Vec::new(),
        scores: Vec::new(),
        plan: None,
        risk: None,
        ..record()
    };
    let cases = [
        (GpPractice, "Not recorded."),
        (RequestedActions, ""),
        (AttendanceDetails, ""),
        (DischargeDetails, ""),
        (Diagnoses, "No current diagnosis is recorded."),
        (ClinicalSummary, ""),
        (AssessmentScales, ""),
        (Medications, "Nothing is prescribed here at present."),
        (LetterSection::Allergies, "Not recorded: the patient has not been asked yet."),
        (SafetyAlerts, ""),
        (PlanAndActions, ""),
        (InformationGiven, ""),
    ];
    for (section, expected) in cases {
        assert_eq!(section_text(section, gp, &empty), expected, "{section:?}");
    }
    let none_known = Allergies { status: AllergyStatus::NoneKnown, ..Allergies::NOT_ASKED };
    let none = RecordExtract { allergies: Some(none_known), ..record() };
    assert_eq!(section_text(LetterSection::Allergies, gp, &none), "No known allergies.");
}

#[test]
fn a_section_with_a_damaged_part_says_so_first_and_never_that_there_is_nothing() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let damaged =
        |section, record: RecordExtract| section_text(section, gp, &RecordExtract { unreadable: vec![section], ..record });
    for section in [Diagnoses, AssessmentScales, PlanAndActions] {
        let whole = section_text(section, gp, &record());
        assert_eq!(damaged(section, record()), format!("{DAMAGED}\n{whole}"), "{section:?}");
    }
    assert_eq!(damaged(Diagnoses, RecordExtract { problems: Vec::new(), ..record() }), DAMAGED);
    assert_eq!(damaged(LetterSection::Allergies, RecordExtract { allergies: None, ..record() }), DAMAGED);
    assert_eq!(damaged(SafetyAlerts, RecordExtract { risk: None, ..record() }), DAMAGED);
    let long = RecordExtract { actions: Some(vec!["w".repeat(LONGEST_SECTION)]), ..record() };
    let cut = damaged(RequestedActions, long);
    assert!(cut.starts_with(DAMAGED) && cut.chars().count() <= LONGEST_SECTION, "{}", cut.chars().count());
}

#[test]
fn a_section_that_would_be_too_long_says_that_the_record_has_more() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let of = |length: usize| {
        let long = RecordExtract { actions: Some(vec!["w".repeat(length)]), ..record() };
        section_text(RequestedActions, gp, &long)
    };
    assert_eq!(of(LONGEST_SECTION), "w".repeat(LONGEST_SECTION));
    let cut = of(LONGEST_SECTION + 1);
    assert!(cut.ends_with("remove this line.)") && cut.chars().count() <= LONGEST_SECTION, "{}", cut.chars().count());
}

#[test]
fn what_is_requested_says_none_only_when_the_author_asks_for_nothing() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let by_gp = LetterMedicine { next_prescriber: Some(LetterPrescriber::Gp), ..sertraline() };
    let of = |actions: Option<&[&str]>, medicine: &LetterMedicine| {
        let actions = actions.map(|actions| actions.iter().map(|action| (*action).to_owned()).collect());
        section_text(RequestedActions, gp, &RecordExtract { actions, medicines: vec![medicine.clone()], ..record() })
    };
    let continued = "Please continue to prescribe Sertraline 50mg tablets.";
    assert_eq!(of(Some(&[]), &sertraline()), "None.");
    assert_eq!(of(None, &sertraline()), "", "not stated yet");
    assert_eq!(of(None, &by_gp), "", "not stated yet");
    assert_eq!(of(Some(&[]), &by_gp), continued);
    assert_eq!(of(Some(&["Check the ECG."]), &by_gp), format!("Check the ECG.\n{continued}"));
}

#[test]
fn risk_and_allergies_say_what_is_not_known() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let described = |by: Option<ClinicianExtract>| {
        let findings = RiskFindings::Note("No thoughts of death.".to_owned());
        let risk = Some(RiskExtract { assessed_on: date("2027-01-11"), by, findings });
        section_text(SafetyAlerts, gp, &RecordExtract { risk, ..record() })
    };
    let cleo =
        ClinicianExtract { name: "Cleo Clinician".to_owned(), registration: Some((RegistrationBody::Gmc, "7654321".to_owned())) };
    assert_eq!(described(Some(cleo)), "Described on 11 January 2027 by Cleo Clinician, Doctor: No thoughts of death.");
    assert_eq!(described(None), "Described on 11 January 2027: No thoughts of death.");
    let not_reached = AssessmentContent { assessed_how: AssessedHow::NotReached, ..assessed() };
    let risk = Some(RiskExtract {
        assessed_on: date("2027-01-11"),
        by: None,
        findings: RiskFindings::Assessment(Box::new(not_reached)),
    });
    let text = section_text(SafetyAlerts, gp, &RecordExtract { risk, ..record() });
    assert!(text.starts_with("Assessed on 11 January 2027.\nThe patient was not reached.\n"), "{text}");

    let mut allergies = record().allergies.unwrap();
    let known = &mut allergies.entries[0];
    (known.snomed_code, known.reaction, known.severity) = (None, None, AllergySeverity::Unknown);
    let text = section_text(LetterSection::Allergies, gp, &RecordExtract { allergies: Some(allergies), ..record() });
    assert_eq!(text, "Penicillin (no code recorded): reaction: not recorded; severity: not known; confirmed");
}

#[test]
fn a_letter_says_how_to_reach_the_sender_only_where_it_is_set() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let contact = |contact: &[&str]| {
        let contact = contact.iter().map(|part| (*part).to_owned()).collect();
        section_text(PersonCompleting, gp, &RecordExtract { author: AuthorExtract { contact, ..record().author }, ..record() })
    };
    assert!(contact(&["01632 960 123"]).ends_with("\nQuestions and replies: 01632 960 123"));
    assert!(contact(&[]).ends_with("\nOrganisation: Northgate Clinic"));
}
