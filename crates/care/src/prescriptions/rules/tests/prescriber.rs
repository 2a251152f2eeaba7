//! <https://pduk.net/article/25/>,
//! <http://www.resourcepharm.com/pharmacy-law-and-ethics/supplementary-prescribing-independent-prescribing-and-PGDs.html>,
//! and the minimum checks of this service.

use super::*;
use crate::prescriptions::model::{ManagementPlan, PrescribingRight, PrescribingRightKind as Right};
use crate::prescriptions::rules::prescriber::{
    PrescriberFacts, PrescriberRelationship, check, check_plan, gives_more, kind_of, may_hold_right, may_prescribe_for,
};
use people::practitioners::model::Pathway;
use platform::ids::Id;
use platform::refusal::Reason;
use reference::workforce::model::RegistrationBody;
use scheduling::clinicians::model::Discipline;

fn facts(discipline: Discipline, registration: Option<(RegistrationBody, &str)>, rights: &[Right]) -> PrescriberFacts {
    PrescriberFacts {
        discipline,
        registration: registration.map(|(body, number)| (body, number.to_owned())),
        rights: rights
            .iter()
            .map(|kind| PrescribingRight { kind: *kind, valid_from: day("2026-01-01"), valid_until: None })
            .collect(),
    }
}

fn kind_or_refusal(facts: &PrescriberFacts) -> &'static str {
    match kind_of(facts, &the_catalogue().prescribers, today()) {
        Ok(kind) => kind.kind.as_str(),
        Err(refusal) => refusal.reason.as_str(),
    }
}

#[test]
fn discipline_register_and_right_decide_who_may_prescribe() {
    use Discipline::{
        AddictionSpecialist, Counsellor, Gp, MentalHealthNurse, Psychiatrist, Psychologist, Psychotherapist, RecoveryWorker,
    };
    use RegistrationBody::{Gdc, Gmc, Goc, Gphc, Hcpc, Nmc, Psni};
    let (doctor, nurse, pharmacist) = (Some((Gmc, "7654321")), Some((Nmc, "71A2998E")), Some((Gphc, "2012345")));
    let hcpc = |number| Some((Hcpc, number));
    for (discipline, registration, rights, expected) in [
        (Psychiatrist, doctor, &[][..], "doctor"),
        (Gp, doctor, &[], "doctor"),
        (AddictionSpecialist, doctor, &[], "doctor"),
        (Psychiatrist, None, &[], "registration_number_required"),
        // The GMC numbers of physician and anaesthesia associates begin with A.
        (Psychiatrist, Some((Gmc, "A1234567")), &[], "not_a_prescriber"),
        // HCPC, registrant snapshot: supplementary prescribers are CH, DT, PA, PH and RA.
        (AddictionSpecialist, hcpc("PH12345"), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, hcpc("CH12345"), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, hcpc("RA12345"), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, hcpc("PA12345"), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, hcpc("DT12345"), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, hcpc("OT12345"), &[Right::Supplementary], "not_a_prescriber"),
        (AddictionSpecialist, hcpc("BS12345"), &[Right::Supplementary], "not_a_prescriber"),
        (AddictionSpecialist, Some((Gdc, "104512")), &[], "dentist"),
        (MentalHealthNurse, nurse, &[], "prescribing_right_required"),
        (MentalHealthNurse, nurse, &[Right::IndependentNurse], "independent_nurse"),
        (MentalHealthNurse, nurse, &[Right::Supplementary], "supplementary"),
        (MentalHealthNurse, nurse, &[Right::Supplementary, Right::IndependentNurse], "independent_nurse"),
        (MentalHealthNurse, nurse, &[Right::IndependentPharmacist], "prescribing_right_required"),
        (AddictionSpecialist, pharmacist, &[Right::IndependentPharmacist], "independent_pharmacist"),
        // SI 2012/1916, regulation 8(1): also those on the register of the Pharmacy (Northern Ireland) Order 1976.
        (AddictionSpecialist, Some((Psni, "4567")), &[Right::IndependentPharmacist], "independent_pharmacist"),
        (AddictionSpecialist, Some((Psni, "4567")), &[Right::Supplementary], "supplementary"),
        (AddictionSpecialist, Some((Psni, "4567")), &[Right::IndependentNurse], "prescribing_right_required"),
        (AddictionSpecialist, Some((Psni, "4567")), &[], "prescribing_right_required"),
        // Optometrists prescribe for the eye, which is not treated here.
        (AddictionSpecialist, Some((Goc, "01-12345")), &[Right::Supplementary], "not_a_prescriber"),
        (AddictionSpecialist, hcpc("PH12345"), &[Right::IndependentPhysiotherapist], "independent_physiotherapist"),
        (AddictionSpecialist, hcpc("PA12345"), &[Right::IndependentParamedic], "independent_paramedic"),
        (AddictionSpecialist, hcpc("CH12345"), &[Right::IndependentPodiatrist], "independent_podiatrist"),
        // The number belongs to another profession.
        (AddictionSpecialist, hcpc("CH12345"), &[Right::IndependentParamedic], "prescribing_right_required"),
        // Never, whatever the register or the right.
        (Psychologist, hcpc("PYL12345"), &[Right::Supplementary], "not_a_prescriber"),
        (Psychotherapist, Some((Gmc, "A1234567")), &[], "not_a_prescriber"),
        // But a doctor on the register of the GMC, whatever they work as (Medical Act 1983).
        (Psychotherapist, doctor, &[], "doctor"),
        (Counsellor, doctor, &[], "doctor"),
        (Counsellor, nurse, &[Right::IndependentNurse], "not_a_prescriber"),
        (RecoveryWorker, None, &[], "not_a_prescriber"),
    ] {
        assert_eq!(
            kind_or_refusal(&facts(discipline, registration, rights)),
            expected,
            "{discipline:?} {registration:?} {rights:?}"
        );
    }
}

#[test]
fn a_right_applies_only_on_its_days() {
    let mut nurse = facts(Discipline::MentalHealthNurse, Some((RegistrationBody::Nmc, "71A2998E")), &[Right::IndependentNurse]);
    for (from, until, expected) in [
        ("2027-01-11", Some("2027-01-11"), "independent_nurse"),
        ("2027-01-12", None, "prescribing_right_required"),
        ("2026-01-01", Some("2027-01-10"), "prescribing_right_required"),
    ] {
        nurse.rights[0] = PrescribingRight { kind: Right::IndependentNurse, valid_from: day(from), valid_until: until.map(day) };
        assert_eq!(kind_or_refusal(&nurse), expected, "{from} {until:?}");
    }
}

#[test]
fn a_right_can_be_entered_only_for_clinicians_who_can_have_it() {
    use RegistrationBody::{Gmc, Goc, Gphc, Hcpc, Nmc, Psni};
    for (right, body, number, fits) in [
        (Right::IndependentNurse, Nmc, "71A2998E", true),
        (Right::IndependentNurse, Gphc, "2012345", false),
        (Right::IndependentPharmacist, Gphc, "2012345", true),
        (Right::IndependentPharmacist, Psni, "4567", true),
        (Right::Supplementary, Psni, "4567", true),
        (Right::IndependentNurse, Psni, "4567", false),
        (Right::HomeOfficeLicence, Psni, "4567", false),
        (Right::IndependentPharmacist, Goc, "01-12345", false),
        (Right::Supplementary, Goc, "01-12345", false),
        (Right::IndependentParamedic, Hcpc, "PA12345", true),
        (Right::IndependentParamedic, Hcpc, "PH12345", false),
        (Right::Supplementary, Nmc, "71A2998E", true),
        (Right::Supplementary, Gmc, "7654321", false),
        (Right::HomeOfficeLicence, Gmc, "7654321", true),
        (Right::HomeOfficeLicence, Gmc, "A1234567", false),
        (Right::Supplementary, Hcpc, "DT12345", true),
        (Right::Supplementary, Hcpc, "OT12345", false),
        (Right::HomeOfficeLicence, Nmc, "71A2998E", false),
    ] {
        assert_eq!(may_hold_right(right, body, number, &the_catalogue().prescribers), fits, "{right:?} {body:?}");
    }
}

#[test]
fn no_one_prescribes_outside_care_or_before_an_assessment_and_an_appointment() {
    let good = PrescriberRelationship { met: true, pathway: Pathway::InCare, assessed: true };
    assert_eq!(may_prescribe_for(&good), Ok(()));
    for (between, expected) in [
        (PrescriberRelationship { pathway: Pathway::Discharged, ..good }, Reason::NotEligible),
        (PrescriberRelationship { pathway: Pathway::Signposted, ..good }, Reason::NotEligible),
        (PrescriberRelationship { pathway: Pathway::AwaitingFunding, ..good }, Reason::NotEligible),
        (PrescriberRelationship { pathway: Pathway::AwaitingDecision, ..good }, Reason::NotEligible),
        (PrescriberRelationship { assessed: false, ..good }, Reason::AssessmentRequired),
        (PrescriberRelationship { met: false, ..good }, Reason::NoAppointmentHeld),
    ] {
        assert_eq!(may_prescribe_for(&between).unwrap_err().reason, expected, "{between:?}");
    }
}

#[test]
fn each_kind_of_prescriber_is_limited_to_its_own_medicines() {
    let of = |body: RegistrationBody| {
        let kinds = the_catalogue().prescribers.kinds.iter().filter(move |kind| kind.body == body);
        kinds.map(|kind| (kind.kind, &kind.schedules, &kind.only_controlled, kind.management_plan)).collect::<Vec<_>>()
    };
    assert_eq!(of(RegistrationBody::Psni), of(RegistrationBody::Gphc), "pharmacists of both registers prescribe the same");
    let kind = |word: &str| the_catalogue().prescribers.kinds.iter().find(|kind| kind.kind.as_str() == word).unwrap();
    for (prescriber, medicine, expected) in [
        ("doctor", "methadone-1mg-ml-oral-solution", &[][..]),
        ("independent_nurse", "methylphenidate-10mg-tablets", &[]),
        ("independent_pharmacist", "pregabalin-75mg-capsules", &[]),
        ("independent_physiotherapist", "diazepam-2mg-tablets", &[]),
        ("independent_physiotherapist", "pregabalin-75mg-capsules", &["schedule_not_allowed"]),
        ("independent_podiatrist", "morphine-10mg-tablets", &["schedule_not_allowed"]),
        ("independent_paramedic", "morphine-10mg-tablets", &[]),
        ("independent_paramedic", "zopiclone-7-5mg-tablets", &["schedule_not_allowed"]),
        ("independent_paramedic", "sertraline-50mg-tablets", &[]),
        ("dentist", "amoxicillin-500mg-capsules", &["dental_need_required"]),
        ("supplementary", "sertraline-50mg-tablets", &["management_plan_required"]),
    ] {
        let content = content(vec![item(medicine, "7", vec![step("1", "tablet", 1, Some(7))])]);
        assert_eq!(codes(&check(kind(prescriber), false, &content, today())), expected, "{prescriber} {medicine}");
    }
    let mut dental = content(vec![daily("ibuprofen-400mg-tablets", 7)]);
    dental.dental_need = true;
    assert!(check(kind("dentist"), false, &dental, today()).is_empty());
}

#[test]
fn some_controlled_drugs_are_limited_to_routes() {
    // SI 2001/3998, regulations 6C and 6D (inserted by SI 2023/1345): lorazepam of paramedics by injection only.
    let kind = |word: &str| the_catalogue().prescribers.kinds.iter().find(|kind| kind.kind.as_str() == word).unwrap();
    for (prescriber, medicine, route, allowed) in [
        ("independent_paramedic", "lorazepam-1mg-tablets", "oral", false),
        ("independent_paramedic", "lorazepam-4mg-1ml-solution-for-injection-ampoules", "intramuscular", true),
        ("independent_paramedic", "diazepam-2mg-tablets", "oral", true),
        ("independent_paramedic", "codeine-30mg-tablets", "oral", true),
        ("independent_paramedic", "morphine-10mg-tablets", "oral", true),
        ("independent_physiotherapist", "lorazepam-1mg-tablets", "oral", true),
        ("independent_physiotherapist", "lorazepam-4mg-1ml-solution-for-injection-ampoules", "intramuscular", false),
        ("independent_podiatrist", "temazepam-10mg-tablets", "oral", true),
        ("independent_nurse", "lorazepam-1mg-tablets", "oral", true),
    ] {
        let mut item = daily(medicine, 7);
        item.dosage[0].route = route.to_owned();
        let found = check(kind(prescriber), false, &content(vec![item]), today());
        assert_eq!(found.is_empty(), allowed, "{prescriber} {medicine} {route}");
    }
}

#[test]
fn a_supplementary_prescriber_needs_an_agreed_plan() {
    let kind = the_catalogue().prescribers.kinds.iter().find(|kind| kind.management_plan).unwrap();
    let mut content = content(vec![daily("sertraline-50mg-tablets", 28)]);
    for (agreed_on, allowed) in [("2027-01-11", true), ("2026-12-01", true), ("2027-01-12", false)] {
        let agreed_with = Id(uuid::Uuid::nil());
        content.management_plan = Some(ManagementPlan { name: "Low mood".to_owned(), agreed_with, agreed_on: day(agreed_on) });
        assert_eq!(check(kind, false, &content, today()).is_empty(), allowed, "{agreed_on}");
    }
    for (with_oneself, body, allowed) in [
        (false, Some(RegistrationBody::Gmc), true),
        (false, Some(RegistrationBody::Gdc), true),
        (false, Some(RegistrationBody::Nmc), false),
        (false, None, false),
        (true, Some(RegistrationBody::Gmc), false),
    ] {
        assert_eq!(check_plan(with_oneself, body).is_none(), allowed, "{with_oneself} {body:?}");
    }
}

#[test]
fn three_medicines_need_a_licence_for_addiction() {
    // Cocaine, diamorphine, dipipanone for addiction: only doctors with a Home Office licence.
    let kind = |word: &str| the_catalogue().prescribers.kinds.iter().find(|kind| kind.kind.as_str() == word).unwrap();
    let substance = |name: &str| the_catalogue().substance(name).unwrap();
    for (name, prescriber, licensed, for_addiction, allowed) in [
        ("diamorphine", "doctor", true, true, true),
        ("diamorphine", "doctor", false, true, false),
        ("dipipanone", "doctor", false, true, false),
        ("cocaine", "doctor", false, true, false),
        ("diamorphine", "doctor", false, false, true),
        ("methadone", "doctor", false, true, true),
        ("diamorphine", "independent_nurse", true, true, false),
        ("methadone", "independent_nurse", false, true, true),
    ] {
        let mut item = daily("morphine-10mg-tablets", 7);
        item.medicine.ingredients = vec![name.to_owned()];
        item.medicine.addiction_licence = substance(name).addiction_licence;
        let mut content = content(vec![item]);
        content.for_addiction = for_addiction;
        let found = check(kind(prescriber), licensed, &content, today());
        assert_eq!(found.is_empty(), allowed, "{name} {prescriber} {licensed} {for_addiction}: {:?}", codes(&found));
    }
}

#[test]
fn more_is_given_by_a_right_that_no_earlier_one_covers_and_by_another_code() {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let right =
        |kind, from: &str, until: Option<&str>| PrescribingRight { kind, valid_from: day(from), valid_until: until.map(day) };
    let nurse = |from, until| right(Right::IndependentNurse, from, until);
    let (open, closed) = (nurse("2026-01-01", None), nurse("2026-01-01", Some("2026-12-31")));
    for (before, after, more) in [
        (vec![], vec![], false),
        (vec![], vec![open], true),
        (vec![open], vec![], false),
        (vec![open], vec![closed], false),
        (vec![closed], vec![open], true),
        (vec![closed], vec![nurse("2026-01-01", Some("2027-01-01"))], true),
        (vec![closed], vec![nurse("2025-12-31", Some("2026-12-31"))], true),
        (vec![open], vec![right(Right::Supplementary, "2026-01-01", None)], true),
        (vec![open], vec![closed, nurse("2027-02-01", None)], false),
    ] {
        assert_eq!(gives_more((&before, None), (&after, None)), more, "{before:?} {after:?}");
    }
    for (before, after, more) in
        [(None, None, false), (None, Some("6ABC12"), true), (Some("6ABC12"), Some("6ABC13"), true), (Some("6ABC12"), None, false)]
    {
        assert_eq!(gives_more((&[], before), (&[], after)), more);
    }
}
