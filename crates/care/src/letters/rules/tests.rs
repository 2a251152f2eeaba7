use super::merge::words;
use super::*;
use crate::assessment::model::AssessmentOutcome;
use crate::letters::catalogue::{template, templates};
use crate::letters::model::record::{
    AuthorWords, DischargeWords, MedicineWords, OutcomeWords, PatientWords, PlanWords, RecordWords, ScoreWords,
};
use crate::letters::model::{LONGEST_SECTION, LetterKind, Recipient, SectionText};
use crate::records::model::{
    Allergies, Allergy, AllergyCertainty, AllergySeverity, AllergyStatus, CarePlanContent, Goal, GoalState, PostalAddress,
    ProblemContent,
};
use LetterSection::*;
use people::practitioners::model::GpDetails;
use people::relationships::model::DischargeReason;
use reference::workforce::model::RegistrationBody;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn chosen(sections: &[(LetterSection, Option<&'static str>)]) -> Vec<ChosenSection<'static>> {
    sections.iter().map(|(section, text)| ChosenSection { section: *section, text: *text }).collect()
}

/// The names of the sections, or the pointers and codes of the refusal.
fn choose(kind: LetterKind, wanted: Option<&[(LetterSection, Option<&'static str>)]>) -> Result<Vec<LetterSection>, Vec<String>> {
    let wanted = wanted.map(chosen);
    choose_sections(templates(), template(kind).unwrap(), wanted.as_deref())
        .map(|found| found.into_iter().map(|section| section.section).collect())
        .map_err(|refusal| refusal.fields.iter().map(|field| format!("{} {}", field.pointer, field.code)).collect())
}

const EMPLOYER: [(LetterSection, Option<&str>); 4] =
    [(PatientDetails, None), (Statement, Some("Part-time until June.")), (PersonCompleting, None), (DistributionList, None)];

#[test]
fn a_draft_without_chosen_sections_holds_those_of_its_kind_in_the_order_of_a_letter() {
    let employer = [PatientDetails, Statement, PersonCompleting, DistributionList];
    for kind in [LetterKind::EmployerLetter, LetterKind::RegulatorLetter, LetterKind::InsurerReport] {
        assert_eq!(choose(kind, None).unwrap(), employer, "{kind:?}");
    }
    let gp = choose(LetterKind::GpLetter, None).unwrap();
    assert_eq!((gp.first(), gp.last(), gp.len()), (Some(&PatientDetails), Some(&DistributionList), 13));
    assert!(!gp.contains(&Statement) && !gp.contains(&DischargeDetails));
    let discharge = choose(LetterKind::DischargeSummary, None).unwrap();
    assert!(discharge.contains(&DischargeDetails) && !discharge.contains(&AttendanceDetails));
}

#[test]
fn each_kind_holds_only_its_own_sections() {
    for kind in LetterKind::ALL {
        let template = template(*kind).unwrap();
        for section in LetterSection::ALL {
            let mut wanted: Vec<_> = template.must_hold.iter().map(|must| (*must, None)).collect();
            if !template.must_hold.contains(section) {
                wanted.push((*section, None));
            }
            let found = choose(*kind, Some(&wanted));
            if template.may_hold.contains(section) {
                assert!(found.unwrap().contains(section), "{kind:?} {section:?}");
            } else {
                let expected = format!("/sections/{}/section not_allowed", wanted.len() - 1);
                assert_eq!(found.unwrap_err(), [expected], "{kind:?} {section:?}");
            }
        }
    }
}

#[test]
fn sections_that_are_missing_repeated_or_not_the_clinicians_to_write_are_named() {
    let employer = |wanted: &[(LetterSection, Option<&'static str>)]| choose(LetterKind::EmployerLetter, Some(wanted));
    assert_eq!(employer(&EMPLOYER).unwrap(), EMPLOYER.map(|(section, _)| section));
    let mut reversed = EMPLOYER;
    reversed.reverse();
    assert_eq!(employer(&reversed).unwrap(), EMPLOYER.map(|(section, _)| section), "in the order of a letter");
    assert_eq!(employer(&EMPLOYER[..2]).unwrap_err(), ["/sections required", "/sections required"]);
    let twice = [EMPLOYER.to_vec(), vec![(Statement, None)]].concat();
    assert_eq!(employer(&twice).unwrap_err(), ["/sections/4/section duplicate"]);
    let mut fixed = EMPLOYER;
    fixed[0].1 = Some("Name: someone else");
    assert_eq!(employer(&fixed).unwrap_err(), ["/sections/0/text not_allowed"]);
}

#[test]
fn a_recipient_fits_the_kind_and_is_named_once() {
    use LetterRecipientKind::{Gp, Other};
    let refusal = |kind: LetterKind, recipient, named, organisation, gp_known| {
        let facts = RecipientFacts { kind: recipient, named, organisation, gp_known };
        check_recipient(template(kind).unwrap(), facts)
            .err()
            .map(|refusal| format!("{} {}", refusal.fields[0].pointer, refusal.fields[0].code))
    };
    let cases = [
        (LetterKind::GpLetter, Gp, false, false, true, None),
        (LetterKind::GpLetter, Gp, false, false, false, Some("/recipient/kind unknown")),
        (LetterKind::GpLetter, Gp, true, false, true, Some("/recipient/name not_allowed")),
        (LetterKind::GpLetter, Gp, false, true, true, Some("/recipient/organisation not_allowed")),
        (LetterKind::GpLetter, Other, true, true, true, Some("/recipient/kind not_allowed")),
        (LetterKind::DischargeSummary, Gp, false, false, true, None),
        (LetterKind::DischargeSummary, Other, false, true, false, None),
        (LetterKind::EmployerLetter, Gp, false, false, true, Some("/recipient/kind not_allowed")),
        (LetterKind::EmployerLetter, Other, true, false, false, None),
        (LetterKind::EmployerLetter, Other, false, false, false, Some("/recipient/name required")),
        (LetterKind::RegulatorLetter, Gp, false, false, true, Some("/recipient/kind not_allowed")),
        (LetterKind::InsurerReport, Gp, false, false, true, Some("/recipient/kind not_allowed")),
    ];
    for (kind, recipient, named, organisation, gp_known, expected) in cases {
        assert_eq!(refusal(kind, recipient, named, organisation, gp_known).as_deref(), expected, "{kind:?} {recipient:?}");
    }
}

#[test]
fn each_step_is_possible_only_in_its_states() {
    use LetterState::*;
    // Change, propose, answer, send, cancel.
    let table = [
        (Draft, [true, true, false, false, true]),
        (AwaitingAgreement, [true, false, true, false, true]),
        (Agreed, [true, false, false, true, true]),
        (Declined, [true, false, false, false, true]),
        (Sent, [false; 5]),
        (Withdrawn, [false; 5]),
        (Cancelled, [false; 5]),
    ];
    assert_eq!(table.map(|(state, _)| state), LetterState::ALL);
    for (state, expected) in table {
        let allowed = [may_change(state), may_propose(state), may_answer(state), may_send(state), may_cancel(state)];
        assert_eq!(allowed.map(|allowed| allowed.is_ok()), expected, "{state:?}");
    }
    assert_eq!(may_send(Draft).unwrap_err().reason, Reason::LetterNotAgreed);
    assert_eq!(may_send(Sent).unwrap_err().reason, Reason::LetterFinal);
}

#[test]
fn consent_is_withdrawn_once_and_also_after_sending() {
    use LetterState::*;
    for state in [Draft, AwaitingAgreement, Agreed, Declined, Sent] {
        assert!(may_withdraw(state, false).is_ok(), "{state:?}");
    }
    assert_eq!(may_withdraw(Cancelled, false).unwrap_err().reason, Reason::LetterFinal);
    for state in [Sent, Withdrawn] {
        assert_eq!(may_withdraw(state, true).unwrap_err().reason, Reason::LetterConsentWithdrawn, "{state:?}");
    }
}

#[test]
fn a_letter_is_printed_as_what_it_is_and_the_practitioners_copy_remains() {
    use LetterState::*;
    let cases = [
        (Draft, false, Some("DRAFT"), true, false),
        (AwaitingAgreement, false, Some("DRAFT"), true, true),
        (Declined, false, Some("DRAFT, NOT AGREED"), true, true),
        (Agreed, false, None, true, true),
        (Sent, false, None, true, true),
        (Sent, true, Some("CONSENT WITHDRAWN"), false, true),
        (Withdrawn, true, Some("WITHDRAWN"), false, true),
        (Cancelled, false, Some("CANCELLED"), true, true),
    ];
    for (state, withdrawn, word, clinician, practitioner) in cases {
        assert_eq!(stamp(state, withdrawn), word, "{state:?}");
        assert_eq!(may_print(state, withdrawn, false).is_ok(), clinician, "{state:?} {withdrawn}");
        assert_eq!(may_print(state, withdrawn, true).is_ok(), practitioner, "{state:?} {withdrawn}");
    }
}

#[test]
fn only_the_agreed_text_is_the_agreed_text() {
    assert!(check_same_text(Some("tag"), "tag").is_ok());
    for agreed in [None, Some("another"), Some("")] {
        assert_eq!(check_same_text(agreed, "tag").unwrap_err().reason, Reason::LetterChanged, "{agreed:?}");
    }
}

#[test]
fn a_letter_is_sent_between_the_agreement_and_today() {
    let (agreed, today) = (date("2027-01-11"), date("2027-01-14"));
    for fine in ["2027-01-11", "2027-01-12", "2027-01-14"] {
        assert!(check_sent_on(date(fine), agreed, today).is_ok(), "{fine}");
    }
    for wrong in ["2027-01-10", "2027-01-15"] {
        assert_eq!(check_sent_on(date(wrong), agreed, today).unwrap_err().fields[0].pointer, "/sent_on", "{wrong}");
    }
}

#[test]
fn the_law_gives_twenty_one_days_to_see_a_report_for_employment_or_insurance() {
    let by = |kind| answer_by(template(kind).unwrap(), date("2027-01-11"));
    for kind in [LetterKind::EmployerLetter, LetterKind::InsurerReport] {
        assert_eq!(by(kind), Some(date("2027-02-01")), "{kind:?}");
    }
    for kind in [LetterKind::GpLetter, LetterKind::DischargeSummary, LetterKind::RegulatorLetter] {
        assert_eq!(by(kind), None, "{kind:?}");
    }
}

#[test]
fn sections_that_are_empty_unprintable_or_reveal_the_service_are_named() {
    let secrets = PrivateIdentifiers { pseudonym: "Kestrel", reference: "CF-7K3M-9QXA", legal_name: "Ada Byron" };
    let check = |texts: &[&str]| {
        let sections = texts.iter().map(|text| SectionText { section: Statement, text: (*text).to_owned() }).collect();
        let content = LetterContent {
            kind: LetterKind::EmployerLetter,
            recipient: record().recipient,
            written_on: date("2027-01-11"),
            sections,
            organisation: Vec::new(),
        };
        let refused = check_complete(&content, &secrets).err();
        refused.map_or_else(Vec::new, |refusal| {
            refusal.fields.iter().map(|field| format!("{} {}", field.pointer, field.code)).collect::<Vec<_>>()
        })
    };
    assert_eq!(check(&["Ada Byron works part-time.\nUntil June."]), [""; 0]);
    let found = check(&[" \n", "Well \u{1F642}", "Kestrel is well.", "See CF 7K3M 9QXA.", "NHS number 943 476 5919", "Fine."]);
    let expected = ["0/text required", "1/text unprintable", "2/text reveals", "3/text reveals", "4/text reveals"];
    assert_eq!(found, expected.map(|at| format!("/sections/{at}")));
}

/// A record with something in every part.
fn record() -> RecordWords {
    let problem = |name: &str, code: Option<&str>, since: Option<&str>| ProblemContent {
        name: name.to_owned(),
        snomed_code: code.map(str::to_owned),
        since: since.map(date),
        note: Some("Not for others.".to_owned()),
    };
    RecordWords {
        patient: PatientWords {
            legal_name: "Ada Byron".to_owned(),
            born_on: Some(date("1985-05-04")),
            address: Some(PostalAddress { lines: vec!["2 Fen Lane".to_owned()], postcode: "EX1 2MP".to_owned() }),
            registration: Some((RegistrationBody::Gmc, "7012345".to_owned())),
        },
        gp: GpDetails { name: Some("Dr Wick".to_owned()), practice: Some("Fen Lane Surgery".to_owned()), note: None },
        attended_on: vec![date("2027-01-04"), date("2027-01-11")],
        outcome: Some(OutcomeWords {
            outcome: AssessmentOutcome::Accepted,
            recorded_on: date("2027-01-11"),
            plan: Some("Six sessions.".to_owned()),
            summary: Some("Moderate depression after a complaint.".to_owned()),
            signposts: vec!["Harbour Peer Line".to_owned()],
        }),
        discharge: Some(DischargeWords {
            started_on: date("2027-01-11"),
            ended_on: date("2027-03-01"),
            reason: DischargeReason::Completed,
            summary: Some("Sleeps again.".to_owned()),
            shared: Some("Come back when you need to.".to_owned()),
        }),
        problems: vec![problem("Depressive disorder", Some("35489007"), Some("2026-05-01")), problem("Burnout", None, None)],
        allergies: Allergies {
            status: AllergyStatus::Known,
            entries: vec![Allergy {
                substance: "Penicillin".to_owned(),
                snomed_code: Some("91936005".to_owned()),
                reaction: Some("Rash".to_owned()),
                severity: AllergySeverity::Severe,
                certainty: AllergyCertainty::Confirmed,
            }],
            ..Allergies::NOT_ASKED
        },
        medicines: vec![MedicineWords {
            name: "Sertraline 50mg tablets".to_owned(),
            dosage: "1 tablet once a day.".to_owned(),
            signed_on: Some(date("2027-01-11")),
        }],
        scores: vec![ScoreWords {
            title: "PHQ-9".to_owned(),
            total: 17,
            most: 27,
            band: Some("Moderately severe".to_owned()),
            answered_on: date("2027-01-10"),
        }],
        plan: Some(PlanWords {
            content: CarePlanContent {
                goals: vec![
                    Goal { text: "Sleep through".to_owned(), measure: Some("Five nights".to_owned()), state: GoalState::Open },
                    Goal { text: "Old goal".to_owned(), measure: None, state: GoalState::Achieved },
                ],
                interventions: vec!["CBT for insomnia".to_owned()],
            },
            review_on: date("2027-02-08"),
        }),
        risk: Some("No thoughts of death.".to_owned()),
        author: AuthorWords {
            name: "Cleo Clinician".to_owned(),
            registration: Some((RegistrationBody::Gmc, "7654321".to_owned())),
            organisation: "Northgate Clinic".to_owned(),
        },
        recipient: Recipient {
            kind: LetterRecipientKind::Other,
            name: Some("Rowan Skye".to_owned()),
            organisation: Some("Northmoor Hospitals".to_owned()),
            address: vec!["1 Harbour Lane".to_owned()],
        },
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
            "Seen on 4 January 2027, 11 January 2027.\nAssessment completed on 11 January 2027: accepted for treatment.",
        ),
        (DischargeDetails, "In care from 11 January 2027 to 1 March 2027: the agreed care is complete."),
        (Statement, ""),
        (Diagnoses, "Depressive disorder (SNOMED CT 35489007), since 1 May 2026\nBurnout"),
        (ClinicalSummary, "Moderate depression after a complaint.\nSleeps again."),
        (AssessmentScales, "PHQ-9: 17 of 27 (Moderately severe), 10 January 2027"),
        (Medications, "Sertraline 50mg tablets: 1 tablet once a day, prescribed on 11 January 2027"),
        (LetterSection::Allergies, "Penicillin (SNOMED CT 91936005): Rash; severe; confirmed"),
        (SafetyAlerts, "No thoughts of death."),
        (
            PlanAndActions,
            "Six sessions.\nGoal: Sleep through (Five nights)\nTreatment: CBT for insomnia\nReview by 8 February 2027.",
        ),
        (InformationGiven, "The patient was pointed to: Harbour Peer Line.\nCome back when you need to."),
        (PersonCompleting, "Name: Cleo Clinician\nProfession: Doctor\nRegistration: GMC 7654321\nOrganisation: Northgate Clinic"),
        (DistributionList, "Rowan Skye, Northmoor Hospitals, 1 Harbour Lane\nCopy: the patient"),
    ];
    assert_eq!(cases.len(), LetterSection::ALL.len());
    for (section, expected) in cases {
        assert_eq!(words(section, gp, &record()), expected, "{section:?}");
    }
}

#[test]
fn a_recipient_knows_the_patient_by_no_more_than_they_need() {
    let details = |kind| words(PatientDetails, template(kind).unwrap(), &record());
    assert_eq!(details(LetterKind::EmployerLetter), "Name: Ada Byron");
    assert_eq!(details(LetterKind::RegulatorLetter), "Name: Ada Byron\nRegistration: GMC 7012345");
    assert_eq!(details(LetterKind::InsurerReport), "Name: Ada Byron\nDate of birth: 4 May 1985");
    let author = words(PersonCompleting, template(LetterKind::EmployerLetter).unwrap(), &record());
    assert_eq!(author, "Name: Cleo Clinician\nProfession: Doctor\nOrganisation: Northgate Clinic");
}

#[test]
fn an_empty_record_says_so_where_silence_could_mislead() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let empty = RecordWords {
        gp: GpDetails::default(),
        attended_on: Vec::new(),
        outcome: None,
        discharge: None,
        problems: Vec::new(),
        allergies: Allergies::NOT_ASKED,
        medicines: Vec::new(),
        scores: Vec::new(),
        plan: None,
        risk: None,
        ..record()
    };
    let cases = [
        (GpPractice, "Not recorded."),
        (AttendanceDetails, ""),
        (DischargeDetails, ""),
        (Diagnoses, "No current diagnosis is recorded."),
        (ClinicalSummary, ""),
        (AssessmentScales, ""),
        (Medications, "Nothing is prescribed here at present."),
        (LetterSection::Allergies, "The patient has not been asked yet."),
        (SafetyAlerts, ""),
        (PlanAndActions, ""),
        (InformationGiven, ""),
    ];
    for (section, expected) in cases {
        assert_eq!(words(section, gp, &empty), expected, "{section:?}");
    }
    let none = RecordWords { allergies: Allergies { status: AllergyStatus::NoneKnown, ..Allergies::NOT_ASKED }, ..record() };
    assert_eq!(words(LetterSection::Allergies, gp, &none), "No known allergies.");
}

#[test]
fn a_section_that_would_be_too_long_says_that_the_record_has_more() {
    let gp = template(LetterKind::GpLetter).unwrap();
    let of = |length: usize| {
        let long = RecordWords { risk: Some("w".repeat(length)), ..record() };
        words(SafetyAlerts, gp, &long)
    };
    assert_eq!(of(LONGEST_SECTION), "w".repeat(LONGEST_SECTION));
    let cut = of(LONGEST_SECTION + 1);
    assert!(cut.ends_with("remove this line.)") && cut.chars().count() <= LONGEST_SECTION, "{}", cut.chars().count());
}

#[test]
fn an_answer_is_news_until_the_letter_moves_on() {
    use LetterState::*;
    let cases = [
        (Draft, false, false),
        (AwaitingAgreement, false, false),
        (Agreed, false, true),
        (Declined, false, true),
        (Withdrawn, true, true),
        (Sent, false, false),
        (Sent, true, true),
        (Cancelled, false, false),
    ];
    for (state, withdrawn, expected) in cases {
        assert_eq!(answer_is_news(state, withdrawn), expected, "{state:?}, withdrawn: {withdrawn}");
    }
}
