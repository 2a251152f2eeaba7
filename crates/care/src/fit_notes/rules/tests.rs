//! The rules, table by table; each table names the part of `docs/clinical-rules.md` that it tests.

mod periods;
mod verification;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;

use super::plans::{check_contract_hours, check_review_date, check_weeks, may_agree, may_print};
use super::wording::{PrivateIdentifiers, check_no_identifiers, has_sensitive_word};
use super::*;
use crate::fit_notes::model::plans::{Shift, Week};
use platform::local_time::Day;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn code<T>(verdict: Result<T, Refusal>) -> Option<Reason> {
    verdict.err().map(|refusal| refusal.reason)
}

fn pointer<T>(verdict: Result<T, Refusal>) -> Option<String> {
    verdict.err().map(|refusal| refusal.fields[0].pointer.clone())
}

/// `#fit-note-issuer`: the five professions of SI 1976/615, regulation 1(2), whatever the discipline, and no other; `#identifiers`:
/// what a register or a number proves.
#[test]
fn only_professions_allowed_by_law_issue_fit_notes() {
    use Discipline::*;
    use FitNoteProfession as Is;
    use NmcProfession::{Midwife, Nurse, NursingAssociate};
    use RegistrationBody::{Gdc, Gmc, Gphc, Hcpc, Nmc};
    type Case<'a> = (Option<(RegistrationBody, &'a str)>, Option<NmcProfession>, Discipline, Option<FitNoteProfession>);
    let table: [Case<'_>; 29] = [
        // (a) a registered medical practitioner
        (Some((Gmc, "7654321")), None, Psychiatrist, Some(Is::Doctor)),
        (Some((Gmc, "7654321")), None, Gp, Some(Is::Doctor)),
        (Some((Gmc, "7654321")), None, AddictionSpecialist, Some(Is::Doctor)),
        (Some((Gmc, "7654321")), None, Psychotherapist, Some(Is::Doctor)),
        // The GMC's numbers of associates begin with an A.
        (Some((Gmc, "A1234567")), None, Gp, None),
        // (b) a registered nurse, of any field and in any discipline
        (Some((Nmc, "71A2998E")), None, MentalHealthNurse, Some(Is::Nurse)),
        (Some((Nmc, "71A2998E")), Some(Nurse), MentalHealthNurse, Some(Is::Nurse)),
        (Some((Nmc, "71A2998E")), Some(Nurse), CbtTherapist, Some(Is::Nurse)),
        (Some((Nmc, "71A2998E")), Some(Nurse), Counsellor, Some(Is::Nurse)),
        (Some((Nmc, "71A2998E")), Some(Nurse), AddictionSpecialist, Some(Is::Nurse)),
        // The number alone may belong to a midwife or a nursing associate.
        (Some((Nmc, "71A2998E")), None, Counsellor, None),
        (Some((Nmc, "71A2998E")), Some(Midwife), Counsellor, None),
        (Some((Nmc, "71A2998E")), Some(Midwife), MentalHealthNurse, None),
        (Some((Nmc, "71A2998E")), Some(NursingAssociate), MentalHealthNurse, None),
        // (c) a registered occupational therapist or physiotherapist: the HCPC's numbers begin with OT and PH
        (Some((Hcpc, "OT12345")), None, OccupationalTherapist, Some(Is::OccupationalTherapist)),
        (Some((Hcpc, "OT12345")), None, CbtTherapist, Some(Is::OccupationalTherapist)),
        (Some((Hcpc, "PH123456")), None, RecoveryWorker, Some(Is::Physiotherapist)),
        (Some((Hcpc, "PYL12345")), None, Psychologist, None),
        (Some((Hcpc, "PA12345")), None, RecoveryWorker, None),
        (Some((Hcpc, "PYL12345")), None, OccupationalTherapist, None),
        // (d) a registered pharmacist of the Pharmacy Order 2010
        (Some((Gphc, "2012345")), None, AddictionSpecialist, Some(Is::Pharmacist)),
        (Some((RegistrationBody::Psni, "4567")), None, AddictionSpecialist, None),
        (Some((RegistrationBody::SocialWorkEngland, "SW12345")), None, SocialWorker, None),
        (Some((Gdc, "123456")), None, CbtTherapist, None),
        (Some((RegistrationBody::None, "")), None, Psychiatrist, None),
        (None, None, Psychiatrist, None),
        (None, None, MentalHealthNurse, None),
        (None, Some(Nurse), MentalHealthNurse, None),
        (None, None, OccupationalTherapist, None),
    ];
    for (registration, nmc_profession, discipline, expected) in table {
        let verdict = issuer_profession(IssuerFacts { registration, nmc_profession, discipline });
        assert_eq!(verdict.as_ref().ok().copied(), expected, "{registration:?} {nmc_profession:?} {discipline:?}");
        assert!(expected.is_some() || code(verdict) == Some(Reason::FitNoteIssuer));
    }
}

/// `#fit-note-assessment`: SI 1976/615, Schedule 1, rule 1, "other health professional".
#[test]
fn a_report_is_written_by_a_member_of_a_regulated_profession() {
    use ReportingProfession as By;
    let table = [
        // A healthcare professional of regulation 1(2).
        (By::Doctor, true),
        (By::Nurse, true),
        (By::Pharmacist, true),
        (By::Physiotherapist, true),
        (By::OccupationalTherapist, true),
        // A registered midwife.
        (By::Midwife, true),
        // Regulated by a body of section 25(3) of the 2002 Act: GDC, HCPC, HCPC, and GOC, GOsC, GCC or Social Work England.
        (By::Dentist, true),
        (By::Psychologist, true),
        (By::Paramedic, true),
        (By::OtherHealthProfessional, true),
        // Registers of these are voluntary.
        (By::Psychotherapist, false),
        (By::Counsellor, false),
    ];
    assert_eq!(table.len(), By::ALL.len());
    for (author, fine) in table {
        let expected = (!fine).then_some("/report/profession");
        assert_eq!(pointer(check_report_author(author)).as_deref(), expected, "{author:?}");
    }
}

/// `#fit-note-issuer`: the issuer may not be the patient.
#[test]
fn a_clinician_cannot_issue_a_note_for_themselves() {
    let table = [
        (Some("a"), Some("a"), Some(Reason::FitNoteForOneself)),
        (Some("a"), Some("b"), None),
        (Some("a"), None, None),
        (None, Some("a"), None),
        (None, None, None),
    ];
    for (issuer, practitioner, expected) in table {
        assert_eq!(code(check_not_own_note(issuer, practitioner)), expected, "{issuer:?} {practitioner:?}");
    }
}

/// `#fit-note-assessment`: face to face, video, telephone, or a written report; rules 4 and 9.
#[test]
fn a_note_is_based_on_an_attended_assessment_or_a_report() {
    use AppointmentState::{Attended, Booked, Cancelled, NotAttended};
    let noon: DateTime<Utc> = "2027-01-11T12:00:00Z".parse().unwrap();
    let refused = Some(Reason::FitNoteAssessmentRequired);
    for (mode, basis) in [
        (AppointmentMode::InPerson, FitNoteBasis::InPerson),
        (AppointmentMode::Phone, FitNoteBasis::Phone),
        (AppointmentMode::Video, FitNoteBasis::Video),
    ] {
        assert_eq!(appointment_basis(Attended, noon, mode, noon), Ok(basis));
    }
    for status in [Booked, Cancelled, NotAttended] {
        assert_eq!(code(appointment_basis(status, noon, AppointmentMode::Video, noon)), refused, "{status:?}");
    }
    assert_eq!(
        code(appointment_basis(Attended, noon, AppointmentMode::Video, noon - chrono::TimeDelta::seconds(1))),
        refused,
        "before it began"
    );
    for (appointment, report, fine) in [(true, false, true), (false, true, true), (true, true, false), (false, false, false)] {
        assert_eq!(check_single_basis(appointment, report).is_ok(), fine);
    }
    assert_eq!(check_report_date(day("2027-01-11"), day("2027-01-11")), Ok(()));
    assert_eq!(pointer(check_report_date(day("2027-01-12"), day("2027-01-11"))).as_deref(), Some("/report/written_on"));
}

/// `#fit-note-content`: two boxes, four adaptations, functional effects; there is no "fit for work". SI 1976/615, Schedule 1, rule 7:
/// the reasons always, arrangements where appropriate.
#[test]
fn may_be_fit_needs_functional_effects_and_not_an_adaptation() {
    use FitNoteAdaptation::{AlteredHours, PhasedReturn};
    type Case<'a> = (FitNoteFitness, &'a [FitNoteAdaptation], Option<&'a str>, Option<Reason>);
    let table: [Case<'_>; 9] = [
        (FitNoteFitness::NotFit, &[], None, None),
        (FitNoteFitness::NotFit, &[], Some("Rest."), None),
        (FitNoteFitness::NotFit, &[AlteredHours], Some("Rest."), Some(Reason::FitNoteAdaptations)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], Some("Tires quickly."), None),
        (FitNoteFitness::MayBeFit, FitNoteAdaptation::ALL, Some("Tires quickly."), None),
        (FitNoteFitness::MayBeFit, &[], Some("Tires quickly."), None),
        (FitNoteFitness::MayBeFit, &[], None, Some(Reason::FitNoteEffects)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], None, Some(Reason::FitNoteEffects)),
        (FitNoteFitness::MayBeFit, &[PhasedReturn], Some("  "), Some(Reason::FitNoteEffects)),
    ];
    for (fitness, adaptations, comments, expected) in table {
        assert_eq!(code(check_advice(fitness, adaptations, comments)), expected, "{fitness:?} {adaptations:?} {comments:?}");
    }
    assert_eq!(FitNoteFitness::ALL.len(), 2, "not fit, and may be fit");
    assert_eq!(FitNoteAdaptation::ALL.len(), 4);
}

/// `#fit-note-content`: rules 6 and 8, and the two grounds.
#[test]
fn a_condition_is_less_precise_only_on_one_of_two_grounds() {
    let table = [
        ("Stress", None, None, None),
        (" ", None, None, Some("/condition")),
        ("Illness", Some("Depression"), Some(FitNoteDiscretion::Wellbeing), None),
        ("Illness", Some("Depression"), Some(FitNoteDiscretion::PositionWithEmployer), None),
        ("Illness", Some("Depression"), None, Some("/discretion")),
        ("Illness", None, Some(FitNoteDiscretion::Wellbeing), Some("/precise_condition")),
        ("Illness", Some(" "), Some(FitNoteDiscretion::Wellbeing), Some("/precise_condition")),
    ];
    for (given, precise, ground, expected) in table {
        assert_eq!(pointer(check_condition(given, precise, ground)).as_deref(), expected, "{given} {precise:?} {ground:?}");
    }
    assert_eq!(FitNoteDiscretion::ALL.len(), 2);
    assert_eq!(code(check_legal_name("  ")), Some(Reason::LegalNameRequired));
    assert_eq!(check_legal_name("Rowena Skye"), Ok(()));
}

/// `#fit-note-period` and `#fit-note-confidentiality`: both are advice, so a clinician who has seen the warning may go on.
#[test]
fn a_warning_is_listed_until_it_is_acknowledged() {
    use FitNoteWarning::{SelfCertification, SensitiveWords};
    assert_eq!(check_acknowledged(&[], &[]), Ok(()));
    assert_eq!(check_acknowledged(&[SensitiveWords], &[SelfCertification, SensitiveWords]), Ok(()));
    let refusal = check_acknowledged(&[SelfCertification, SensitiveWords], &[SensitiveWords]).unwrap_err();
    assert_eq!(
        (refusal.reason, refusal.fields.len(), refusal.fields[0].code),
        (Reason::WarningsNotAcknowledged, 1, "self_certification")
    );
}

/// `#fit-note-confidentiality`: no pseudonym and no NHS number on a note; `#identifiers`: numbers that pass and that do not.
#[test]
fn printed_texts_contain_no_pseudonym_reference_or_nhs_number() {
    let secrets = PrivateIdentifiers { pseudonym: "Kestrel", reference: "CF-7K3M-9QXA", legal_name: "Rowena Skye" };
    let table = [
        ("Stress at work", None),
        ("As Kestrel wrote", Some(Reason::FitNoteReveals)),
        ("as kestrel, wrote", Some(Reason::FitNoteReveals)),
        ("Kestrels are birds", None),
        ("ref. CF-7K3M-9QXA", Some(Reason::FitNoteReveals)),
        ("ref. cf 7k3m 9qxa", Some(Reason::FitNoteReveals)),
        ("NHS 999 054 8609", Some(Reason::FitNoteReveals)),
        ("9044151320", Some(Reason::FitNoteReveals)),
        ("NHS 999 123 4567", None),
        ("call 01632 960 001", None),
        ("12 weeks, 3 days", None),
    ];
    for (text, expected) in table {
        assert_eq!(code(check_no_identifiers("/comments", text, &secrets)), expected, "{text}");
    }
    let own = PrivateIdentifiers { pseudonym: "Rowena", ..secrets };
    assert_eq!(check_no_identifiers("/comments", "Rowena tires quickly", &own), Ok(()), "her own name");
}

/// `#fit-note-confidentiality`: no service brand, scores, group name, medication, addiction words or specialty.
#[test]
fn sensitive_words_are_found_in_any_case_and_form() {
    let words: Vec<String> = ["alcohol*", "phq*", "group therapy", "sertraline", "mg", "psychiatr*"].map(str::to_owned).into();
    let table = [
        ("Alcohol dependence", true),
        ("Alcoholism", true),
        ("PHQ-9 of 17", true),
        ("attends group-therapy", true),
        ("Sertraline 50 mg", true),
        ("seen by a Psychiatrist", true),
        ("Low mood and poor sleep", false),
        ("therapy", false),
        ("imgs", false),
        ("", false),
    ];
    for (text, expected) in table {
        assert_eq!(has_sensitive_word(text, &words), expected, "{text}");
    }
}

/// `#fit-note-confidentiality`: every substance that prescriptions know, and the diagnoses that the service treats.
#[test]
fn every_substance_and_diagnosis_asks_for_a_less_precise_term() {
    let words = crate::fit_notes::catalogue::sensitive_words();
    for substance in &crate::prescriptions::catalogue::catalogue().substances {
        for name in std::iter::once(&substance.name).chain(&substance.synonyms) {
            assert!(has_sensitive_word(&format!("Takes {name} daily"), words), "{name}");
        }
    }
    for diagnosis in [
        "ADHD",
        "Attention deficit hyperactivity disorder",
        "Autism",
        "Bipolar affective disorder",
        "Manic episode",
        "Psychosis",
        "Psychotic episode",
        "Schizophrenia",
        "PTSD",
        "Post-traumatic stress disorder",
        "Eating disorder",
        "Anorexia nervosa",
        "Bulimia",
        "OCD",
        "Obsessive-compulsive disorder",
        "Emotionally unstable personality disorder",
        "Moderate depressive episode",
        "Depression",
        "Generalised anxiety disorder",
        "Panic attacks",
        "Dissociative disorder",
        "Alcohol dependence",
        "Suicidal thoughts",
        "Anxious",
        "Low mood",
        "Mood disorder",
        "Self-injury",
        "Trauma",
        "Takes Prozac",
        "Priadel level",
        "On Concerta XL",
    ] {
        assert!(has_sensitive_word(diagnosis, words), "{diagnosis}");
    }
    for less_precise in ["Acute stress reaction", "Stress-related illness", "Illness", "Post-viral fatigue", "Poor sleep"] {
        assert!(!has_sensitive_word(less_precise, words), "{less_precise}");
    }
}

fn week(number: u32, days: &[(Day, u32)]) -> Week {
    Week { number, shifts: days.iter().map(|(day, minutes)| Shift { day: *day, minutes: *minutes }).collect() }
}

#[test]
fn weeks_of_a_plan_are_consecutive_and_within_contracted_hours() {
    use Day::{Monday, Tuesday};
    let (one, two) = (week(1, &[(Monday, 240)]), week(2, &[(Monday, 240), (Tuesday, 240)]));
    let table = [
        (vec![one.clone(), two.clone()], None),
        (vec![week(1, &[])], None),
        (vec![two.clone(), one.clone()], Some("/weeks/0/week")),
        (vec![one.clone(), week(3, &[])], Some("/weeks/1/week")),
        (vec![one.clone(), one.clone()], Some("/weeks/1/week")),
        (vec![week(1, &[(Monday, 60), (Monday, 60)])], Some("/weeks/0/days")),
    ];
    for (weeks, expected) in table {
        assert_eq!(pointer(check_weeks(&weeks)).as_deref(), expected, "{weeks:?}");
    }
    assert_eq!(check_contract_hours(&[one.clone(), two.clone()], 480), Ok(()));
    assert_eq!(pointer(check_contract_hours(&[one, two], 465)).as_deref(), Some("/weeks/1/days"));
}

#[test]
fn a_plan_has_a_review_date_and_is_agreed_once_and_printed_only_when_agreed() {
    let start = day("2027-01-11");
    for (review, fine) in [("2027-01-10", false), ("2027-01-11", true), ("2027-03-08", true), ("2027-03-09", false)] {
        assert_eq!(check_review_date(start, 4, day(review)).is_ok(), fine, "{review}");
    }
    let at: DateTime<Utc> = "2027-01-11T12:00:00Z".parse().unwrap();
    assert_eq!(may_agree(None), Ok(()));
    assert_eq!(code(may_agree(Some(at))), Some(Reason::ReturnToWorkAgreed));
    assert_eq!(may_print(Some(at)), Ok(at));
    assert_eq!(code(may_print(None)), Some(Reason::ReturnToWorkNotAgreed));
}

#[test]
fn a_code_is_parsed_as_people_type_it() {
    let written = super::code::format(&[7; 32]);
    let bare = written.replace('-', "");
    assert_eq!((written.len(), bare.len()), (22, 19), "{written}");
    for text in [
        written.clone(),
        bare.to_lowercase(),
        format!(" {} ", written.replace('-', " ")),
        bare.replace('0', "o").replace('1', "l"),
    ] {
        assert_eq!(super::code::parse(&text).as_ref(), Some(&bare), "{text}");
    }
    for wrong in ["", "7", "U", &bare[1..], &format!("{bare}0"), "☃"] {
        assert_eq!(super::code::parse(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn codes_are_parsed_and_a_wrong_character_is_detected(secret in any::<[u8; 32]>(), place in 0_usize..19, by in 1_usize..32) {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let bare = super::code::format(&secret).replace('-', "");
        prop_assert_eq!(super::code::parse(&bare), Some(bare.clone()));
        let mut wrong = bare.into_bytes();
        let value = ALPHABET.iter().position(|symbol| *symbol == wrong[place]).unwrap();
        wrong[place] = ALPHABET[(value + by) % 32];
        prop_assert_eq!(super::code::parse(std::str::from_utf8(&wrong).unwrap()), None);
    }
}
