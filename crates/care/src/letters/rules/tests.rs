use super::*;
use crate::letters::catalogue::{template, templates};
use crate::letters::model::medicines::{LetterMedicine, LetterMedicineStatus, LetterPrescriber};
use crate::letters::model::{FIRST_FORMAT, FORMAT, LetterKind, Recipient, SectionText};
use LetterSection::*;
use people::practitioners::model::GpDetails;
use platform::ids::Id;

pub(super) fn date(text: &str) -> NaiveDate {
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
    assert_eq!((gp.first(), gp.last(), gp.len()), (Some(&PatientDetails), Some(&DistributionList), 14));
    assert_eq!(gp[..3], [PatientDetails, GpPractice, RequestedActions]);
    assert!(!gp.contains(&Statement) && !gp.contains(&DischargeDetails));
    let discharge = choose(LetterKind::DischargeSummary, None).unwrap();
    assert!(discharge.contains(&DischargeDetails) && !discharge.contains(&AttendanceDetails));
}

#[test]
fn each_kind_holds_only_its_own_sections() {
    for kind in LetterKind::ALL {
        let template = template(*kind).unwrap();
        for section in LetterSection::ALL {
            let mut wanted: Vec<_> = template.required_sections.iter().map(|must| (*must, None)).collect();
            if !template.required_sections.contains(section) {
                wanted.push((*section, None));
            }
            let found = choose(*kind, Some(&wanted));
            if template.allowed_sections.contains(section) {
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
    let mut medicines = EMPLOYER.to_vec();
    medicines.push((Medications, Some("Takes a medicine in the evening.")));
    assert!(employer(&medicines).is_ok(), "to an employer the clinician says less than the record");
    for kind in [LetterKind::GpLetter, LetterKind::DischargeSummary] {
        for section in [RequestedActions, Medications, LetterSection::Allergies] {
            let refused = choose(kind, Some(&[(section, Some("None."))])).unwrap_err();
            assert!(refused.contains(&"/sections/0/text not_allowed".to_owned()), "{kind:?} {section:?}: {refused:?}");
        }
    }
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
        let content = LetterContent { sections, ..content(LetterKind::EmployerLetter, &[]) };
        let refused = check_complete(&no_must(), &content, &secrets).err();
        refused.map_or_else(Vec::new, |refusal| {
            refusal.fields.iter().map(|field| format!("{} {}", field.pointer, field.code)).collect::<Vec<_>>()
        })
    };
    assert_eq!(check(&["Ada Byron works part-time.\nUntil June."]), [""; 0]);
    let found = check(&[" \n", "Well \u{1F642}", "Kestrel is well.", "See CF 7K3M 9QXA.", "NHS number 943 476 5919", "Fine."]);
    let expected = ["0/text required", "1/text unprintable", "2/text reveals", "3/text reveals", "4/text reveals"];
    assert_eq!(found, expected.map(|at| format!("/sections/{at}")));
    let damaged = format!("{}\nBurnout", merge::DAMAGED);
    assert_eq!(check(&[damaged.as_str(), "Fine."]), ["/sections/0/text unreadable"]);
}

/// A template that needs no section.
fn no_must() -> Template {
    Template { required_sections: Vec::new(), ..template(LetterKind::EmployerLetter).unwrap().clone() }
}

/// A letter with these sections, each with a text.
fn content(kind: LetterKind, sections: &[LetterSection]) -> LetterContent {
    LetterContent {
        kind,
        recipient: Recipient {
            kind: LetterRecipientKind::Other,
            name: Some("Rowan Skye".to_owned()),
            organisation: None,
            address: Vec::new(),
        },
        written_on: date("2027-01-11"),
        sections: sections.iter().map(|section| SectionText { section: *section, text: "Words.".to_owned() }).collect(),
        organisation: Vec::new(),
        format: FORMAT,
        medicines: Vec::new(),
    }
}

#[test]
fn a_letter_that_lacks_a_section_or_what_a_medicine_needs_is_not_complete() {
    let secrets = PrivateIdentifiers { pseudonym: "Kestrel", reference: "CF-7K3M-9QXA", legal_name: "Ada Byron" };
    let gp = template(LetterKind::GpLetter).unwrap();
    let check = |content: &LetterContent| {
        let refused = check_complete(gp, content, &secrets).err();
        refused.map_or_else(Vec::new, |refusal| {
            refusal.fields.iter().map(|field| format!("{} {}", field.pointer, field.code)).collect::<Vec<_>>()
        })
    };
    let whole = content(LetterKind::GpLetter, &gp.required_sections);
    assert_eq!(check(&whole), [""; 0]);
    // A draft from before what is requested had a section of its own.
    let held: Vec<LetterSection> = gp.required_sections.iter().copied().filter(|section| *section != RequestedActions).collect();
    assert_eq!(check(&content(LetterKind::GpLetter, &held)), ["/sections required"]);
    let unstated = LetterMedicine { indication: None, next_prescriber: None, ..sertraline() };
    let stopped = LetterMedicine { status: LetterMedicineStatus::Stopped, ..unstated.clone() };
    let medicines = vec![sertraline(), unstated, stopped];
    let expected = ["/medicines/1/indication required", "/medicines/1/next_prescriber required"];
    assert_eq!(check(&LetterContent { medicines, ..whole }), expected);
}

#[test]
fn what_is_stated_beside_the_sections_needs_its_section_without_a_text() {
    let refused = |sections: &[(LetterSection, Option<&'static str>)], actions, medicines| {
        let refusal = check_stated(&chosen(sections), actions, medicines).err();
        refusal.map_or_else(Vec::new, |refusal| refusal.fields.into_iter().map(|field| field.pointer).collect::<Vec<_>>())
    };
    let both = [(RequestedActions, None), (Medications, None)];
    assert_eq!(refused(&both, true, true), [""; 0]);
    assert_eq!(refused(&EMPLOYER, false, false), [""; 0]);
    assert_eq!(refused(&EMPLOYER, true, true), ["/requested_actions", "/medicines"]);
    let written = [(RequestedActions, Some("None.")), (Medications, Some("Nothing."))];
    assert_eq!(refused(&written, true, true), ["/requested_actions", "/medicines"]);
}

#[test]
fn a_letter_goes_to_the_practice_at_which_the_patient_is_registered() {
    let letter = |name: Option<&str>, practice: Option<&str>| Recipient {
        kind: LetterRecipientKind::Gp,
        name: name.map(str::to_owned),
        organisation: practice.map(str::to_owned),
        address: Vec::new(),
    };
    let record = |name: Option<&str>, practice: Option<&str>| GpDetails {
        name: name.map(str::to_owned),
        practice: practice.map(str::to_owned),
        note: None,
    };
    let (wick, fen) = (Some("Dr Wick"), Some("Fen Lane Surgery"));
    for (letter, record, expected) in [
        (letter(wick, fen), record(wick, fen), true),
        (letter(wick, fen), record(wick, Some(" fen  lane surgery")), true),
        (letter(wick, fen), record(Some("Dr Other"), fen), true),
        (letter(wick, fen), record(wick, Some("Harbour Practice")), false),
        (letter(wick, fen), record(wick, None), false),
        (letter(wick, None), record(wick, fen), false),
        (letter(wick, None), record(Some("dr wick"), None), true),
        (letter(wick, None), record(Some("Dr Other"), None), false),
    ] {
        let found = check_same_gp(&letter, &record);
        assert_eq!(found.is_ok(), expected, "{:?} {:?}", letter.lines(), record.practice);
        if let Err(refusal) = found {
            assert_eq!(refusal.reason, Reason::LetterGpChanged);
            assert!(refusal.reason.sentence().contains("proposes it again"));
        }
    }
}

/// A medicine to which nothing has to be added.
pub(super) fn sertraline() -> LetterMedicine {
    LetterMedicine {
        prescription: Id(uuid::Uuid::nil()),
        item: 1,
        name: "Sertraline 50mg tablets".to_owned(),
        status: LetterMedicineStatus::New,
        on: Some(date("2027-01-11")),
        indication: Some("Depression".to_owned()),
        dosage: "1 tablet once a day".to_owned(),
        route: "oral".to_owned(),
        supply: "28 tablets, 28 days".to_owned(),
        next_prescriber: Some(LetterPrescriber::Service),
    }
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

#[test]
fn a_letter_of_the_first_format_keeps_the_bytes_that_were_agreed() {
    let stored = concat!(
        r#"{"kind":"gp_letter","recipient":{"kind":"gp","name":"Dr Wick","organisation":null,"address":[]},"written_on":"2027-01-11","#,
        r#""sections":[{"section":"plan_and_actions","text":"Six sessions."}],"organisation":["Northgate Clinic"]}"#
    );
    let content: LetterContent = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&content).unwrap(), stored, "the tag of what was agreed is over these bytes");
    assert_eq!((content.format, content.medicines.len()), (FIRST_FORMAT, 0));
    let written = serde_json::to_string(&LetterContent { format: FORMAT, ..content }).unwrap();
    assert!(written.contains(r#""format":2"#), "{written}");
}
