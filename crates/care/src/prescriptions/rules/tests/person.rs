//! Each line names its source; `safety.json` has them all.

use super::*;
use crate::prescriptions::rules::person::{PersonFacts, check_age, check_doses, check_pregnancy};
use crate::records::model::{Pregnancy, PregnancyStatus};

/// Born on this day; today is 11 January 2027.
fn born(on: Option<&str>) -> PersonFacts {
    PersonFacts { born_on: on.map(day), pregnancy: None }
}

#[test]
fn maximum_doses_depend_on_age() {
    let (young, almost, old) = (Some("1985-05-04"), Some("1962-01-12"), Some("1962-01-11"));
    for (medicine, dose, unit, times, born_on, expected) in [
        // MHRA, Drug Safety Update, December 2011: citalopram 40 mg, from 65 20 mg; escitalopram 20 mg, from 65 10 mg.
        ("citalopram-20mg-tablets", "2", "tablet", 1, young, "fine"),
        ("citalopram-20mg-tablets", "3", "tablet", 1, young, "never"),
        ("citalopram-20mg-tablets", "40", "mg", 1, young, "fine"),
        ("citalopram-20mg-tablets", "20.01", "mg", 2, young, "never"),
        ("citalopram-20mg-tablets", "2", "tablet", 1, almost, "fine"),
        ("citalopram-20mg-tablets", "2", "tablet", 1, old, "never"),
        ("citalopram-20mg-tablets", "1", "tablet", 1, old, "fine"),
        ("citalopram-20mg-tablets", "1", "tablet", 1, None, "date_of_birth_required"),
        ("escitalopram-10mg-tablets", "2", "tablet", 1, young, "fine"),
        ("escitalopram-10mg-tablets", "3", "tablet", 1, young, "never"),
        ("escitalopram-10mg-tablets", "1", "tablet", 1, old, "fine"),
        ("escitalopram-10mg-tablets", "2", "tablet", 1, old, "never"),
        // BNF; general knowledge.
        ("sertraline-50mg-tablets", "2", "tablet", 2, None, "fine"),
        ("sertraline-50mg-tablets", "5", "tablet", 1, None, "reason"),
        ("zopiclone-7-5mg-tablets", "1", "tablet", 1, None, "fine"),
        ("zopiclone-7-5mg-tablets", "2", "tablet", 1, None, "reason"),
        ("zolpidem-10mg-tablets", "1", "tablet", 1, old, "reason"),
        ("paracetamol-500mg-tablets", "2", "tablet", 4, None, "fine"),
        ("paracetamol-500mg-tablets", "2", "tablet", 5, None, "reason"),
        ("tramadol-50mg-capsules", "2", "capsule", 4, Some("1951-05-04"), "reason"),
        // A dose in another unit cannot be compared.
        ("sertraline-50mg-tablets", "1", "dose", 1, None, "reason"),
        // Several substances: each has its maximum (BNF: paracetamol 4 g, codeine 240 mg; buprenorphine 32 mg).
        ("co-codamol-30mg-500mg-tablets", "2", "tablet", 4, None, "fine"),
        ("co-codamol-30mg-500mg-tablets", "2", "tablet", 5, None, "reason"),
        ("co-codamol-30mg-500mg-tablets", "30", "mg", 4, None, "reason"),
        // Outside hospital.
        ("phenelzine-15mg-tablets", "1", "tablet", 4, None, "fine"),
        ("phenelzine-15mg-tablets", "1", "tablet", 5, None, "reason"),
        // Without a maximum.
        ("amoxicillin-500mg-capsules", "4", "capsule", 3, None, "fine"),
    ] {
        let content = content(vec![item(medicine, "28", vec![step(dose, unit, times, Some(28))])]);
        let found = check_doses(&content, &born(born_on), the_catalogue(), today());
        let result = match found.first() {
            None => "fine",
            Some(finding) if finding.rule.as_str() != "maximum_dose" => finding.rule.as_str(),
            Some(finding) if finding.absolute => "never",
            Some(_) => "reason",
        };
        assert_eq!(result, expected, "{medicine} {dose} {unit} {times} {born_on:?}");
    }
}

#[test]
fn several_substances_count_with_medicines_of_one_of_them_and_need_a_reason_where_they_are_described() {
    let of = |id: &str, times| item(id, "56", vec![step("2", "tablet", times, Some(7))]);
    let paracetamol = content(vec![of("paracetamol-500mg-tablets", 2), of("co-codamol-30mg-500mg-tablets", 4)]);
    let found = check_doses(&paracetamol, &born(None), the_catalogue(), today());
    assert_eq!((codes(&found), found[0].item), (vec!["maximum_dose"], Some(1)));
    // The order of the strengths that an author writes is not known.
    let mut described = of("co-codamol-30mg-500mg-tablets", 1);
    described.medicine.catalogue_id = None;
    let found = check_doses(&content(vec![described]), &born(None), the_catalogue(), today());
    assert!(found[0].justifiable().is_some());
}

#[test]
fn strengths_of_one_substance_and_steps_of_one_day_count_together() {
    let both = content(vec![daily("escitalopram-20mg-tablets", 28), daily("escitalopram-10mg-tablets", 28)]);
    let found = check_doses(&both, &born(Some("1985-05-04")), the_catalogue(), today());
    assert_eq!((codes(&found), found[0].item), (vec!["maximum_dose"], Some(1)));
    let morning_and_night = vec![step("1", "tablet", 1, Some(14)), step("2", "tablet", 1, Some(14))];
    let one = content(vec![item("citalopram-20mg-tablets", "42", morning_and_night)]);
    assert_eq!(codes(&check_doses(&one, &born(Some("1985-05-04")), the_catalogue(), today())), ["maximum_dose"]);
    // Steps that follow one another do not.
    let increased = vec![step("1", "tablet", 1, Some(14)), DoseStep { sequence: 2, ..step("2", "tablet", 1, Some(14)) }];
    let one = content(vec![item("citalopram-20mg-tablets", "42", increased)]);
    assert!(check_doses(&one, &born(Some("1985-05-04")), the_catalogue(), today()).is_empty());
}

#[test]
fn valproate_is_refused_in_pregnancy_and_needs_a_reason_where_it_is_possible_or_under_55() {
    use PregnancyStatus::{NotPossible, Possible, Pregnant};
    let valproate = content(vec![daily("sodium-valproate-500mg-gastro-resistant-tablets", 28)]);
    for (answer, born_on, expected) in [
        // MHRA, Drug Safety Update, April 2018: not in pregnancy; only in the programme where it is possible.
        (None, Some("1985-05-04"), "pregnancy_status_required"),
        (Some((Pregnant, "2027-01-11")), Some("1985-05-04"), "never"),
        (Some((Possible, "2027-01-11")), Some("1985-05-04"), "reason"),
        (Some((Possible, "2026-12-14")), Some("1985-05-04"), "reason"),
        // The service's own rule: the answer is asked again after four weeks.
        (Some((Possible, "2026-12-13")), Some("1985-05-04"), "pregnancy_status_required"),
        // MHRA, Drug Safety Update, January 2024: two specialists for everyone under 55.
        (Some((NotPossible, "2020-01-01")), Some("1985-05-04"), "reason"),
        (Some((NotPossible, "2020-01-01")), Some("1972-01-12"), "reason"),
        (Some((NotPossible, "2020-01-01")), Some("1972-01-11"), "fine"),
        (Some((NotPossible, "2020-01-01")), None, "date_of_birth_required"),
    ] {
        let pregnancy = answer.map(|(status, asked_on)| Pregnancy { status, asked_on: day(asked_on) });
        let person = PersonFacts { born_on: born_on.map(day), pregnancy };
        let found = check_pregnancy(&valproate, &person, the_catalogue(), today());
        let result = match found.first() {
            None => "fine",
            Some(finding) if finding.rule.as_str() != "contra_indicated" => finding.rule.as_str(),
            Some(finding) if finding.absolute => "never",
            Some(_) => "reason",
        };
        assert_eq!(result, expected, "{answer:?} {born_on:?}");
    }
    let other = content(vec![daily("sertraline-50mg-tablets", 28)]);
    assert!(check_pregnancy(&other, &PersonFacts::default(), the_catalogue(), today()).is_empty());
    // MHRA, Drug Safety Update, April 2022.
    let pregabalin = content(vec![item("pregabalin-75mg-capsules", "28", vec![step("1", "capsule", 1, Some(28))])]);
    let answer = Some(Pregnancy { status: Pregnant, asked_on: today() });
    let found = check_pregnancy(&pregabalin, &PersonFacts { born_on: None, pregnancy: answer }, the_catalogue(), today());
    assert!(found[0].justifiable().is_some());
}

#[test]
fn hydroxyzine_needs_a_reason_from_65() {
    // MHRA, Drug Safety Update, April 2015.
    let hydroxyzine = content(vec![daily("hydroxyzine-25mg-tablets", 28)]);
    for (born_on, expected) in [
        (Some("1962-01-12"), None),
        (Some("1962-01-11"), Some(("contra_indicated", false))),
        (None, Some(("date_of_birth_required", true))),
    ] {
        let found = check_age(&hydroxyzine, &born(born_on), the_catalogue(), today());
        let result = found.first().map(|finding| (finding.rule.as_str(), finding.absolute));
        assert_eq!(result, expected, "{born_on:?}");
    }
}
