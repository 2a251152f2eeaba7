//! The minimum checks of this service, and the GMC on controlled drugs and other medicines where additional safeguards are
//! needed:
//! <https://www.gmc-uk.org/professional-standards/the-professional-standards/good-practice-in-prescribing-and-managing-medicines-and-devices/controlled-drugs-and-other-medicines-where-additional-safeguards-are-needed>.

use super::*;
use crate::prescriptions::model::{ExceptionGround, JustifiableRule, Justification, Repeat};
use crate::prescriptions::rules::apply_justifications;
use crate::prescriptions::rules::safety::{
    KnownAllergies, KnownAllergy, check_allergies, check_duplicates, check_sharing, check_supply_at_risk,
};

fn known(substance: &str, severe: bool) -> KnownAllergies {
    KnownAllergies::Some(vec![KnownAllergy { substance: substance.to_owned(), severe }])
}

#[test]
fn the_allergy_status_is_needed_first() {
    let content = content(vec![daily("sertraline-50mg-tablets", 28)]);
    assert!(check_allergies(&content, &KnownAllergies::None, the_catalogue()).is_empty());
    let found = check_allergies(&content, &KnownAllergies::NotAsked, the_catalogue());
    assert_eq!(codes(&found), ["allergy_status_missing"]);
    assert!(found[0].absolute);
}

#[test]
fn an_allergy_to_an_ingredient_or_class_is_found_by_any_of_its_names() {
    enum Verdict {
        Fine,
        Justifiable,
        Never,
    }
    use Verdict::{Fine, Justifiable, Never};
    for (medicine, substance, severe, verdict) in [
        ("amoxicillin-500mg-capsules", "amoxicillin", true, Never),
        ("amoxicillin-500mg-capsules", "Amoxicillin ", false, Justifiable),
        // BNF: nothing of the penicillins after a severe reaction to one of them.
        ("amoxicillin-500mg-capsules", "penicillin", true, Never),
        ("amoxicillin-500mg-capsules", "penicillins", false, Justifiable),
        ("amoxicillin-500mg-capsules", "allergic to penicillin", true, Never),
        // Another of the class, by a synonym, as a salt and in a text.
        ("amoxicillin-500mg-capsules", "Penicillin V", true, Never),
        ("amoxicillin-500mg-capsules", "flucloxacillin sodium", true, Never),
        ("amoxicillin-500mg-capsules", "rash after flucloxacillin", false, Justifiable),
        // The wider class of the beta-lactams.
        ("amoxicillin-500mg-capsules", "cefalexin", true, Justifiable),
        // Salts are the substance.
        ("morphine-10mg-tablets", "morphine sulfate", true, Never),
        ("sertraline-50mg-tablets", "Sertraline hydrochloride", true, Never),
        ("codeine-30mg-tablets", "codeine phosphate", false, Justifiable),
        ("ibuprofen-400mg-tablets", "aspirin", true, Justifiable),
        ("paracetamol-500mg-tablets", "acetaminophen", true, Never),
        ("co-codamol-30mg-500mg-tablets", "codeine", true, Never),
        ("sertraline-50mg-tablets", "fluoxetine", false, Justifiable),
        // The same use, but another class.
        ("mirtazapine-15mg-tablets", "sertraline", true, Fine),
        ("sertraline-50mg-tablets", "penicillin", true, Fine),
        ("sertraline-50mg-tablets", "peanuts", true, Fine),
        ("lamotrigine-25mg-tablets", "ssri", true, Fine),
        ("dexamfetamine-5mg-tablets", "dexamphetamine", true, Never),
    ] {
        let content = content(vec![item(medicine, "7", vec![step("1", "tablet", 1, Some(7))])]);
        let found = check_allergies(&content, &known(substance, severe), the_catalogue());
        match verdict {
            Fine => assert!(found.is_empty(), "{medicine} and {substance}"),
            Justifiable => {
                assert_eq!(codes(&found), ["allergy_conflict"], "{medicine} and {substance}");
                assert!(found[0].justifiable().is_some(), "{medicine} and {substance}");
            }
            Never => {
                assert_eq!(codes(&found), ["allergy_conflict"], "{medicine} and {substance}");
                assert!(found[0].justifiable().is_none(), "{medicine} and {substance}");
            }
        }
    }
}

#[test]
fn an_allergy_to_penicillin_is_weighed_for_the_other_beta_lactams() {
    // BNF, penicillin hypersensitivity: cephalosporins with caution.
    for (recorded, found) in [("penicillin", true), ("rash after penicillins", true), ("peanuts", false)] {
        let mut cefalexin = item("amoxicillin-500mg-capsules", "7", vec![step("1", "capsule", 1, Some(7))]);
        cefalexin.medicine.ingredients = vec!["cefalexin".to_owned()];
        cefalexin.medicine.name = "Cefalexin 500mg capsules".to_owned();
        cefalexin.medicine.classes = vec!["beta-lactam".to_owned(), "cephalosporin".to_owned()];
        let result = check_allergies(&content(vec![cefalexin]), &known(recorded, true), the_catalogue());
        assert_eq!(codes(&result) == ["allergy_conflict"], found, "{recorded}");
        assert!(result.iter().all(|finding| finding.justifiable().is_some()));
    }
}

#[test]
fn a_duplicate_ingredient_is_found() {
    let current = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let one = content(vec![daily("co-codamol-30mg-500mg-tablets", 7)]);
    assert!(check_duplicates(&one, &current(&["sertraline"])).is_empty());
    assert_eq!(codes(&check_duplicates(&one, &current(&["paracetamol"]))), ["duplicate_ingredient"]);
    let two = content(vec![daily("paracetamol-500mg-tablets", 7), daily("co-codamol-30mg-500mg-tablets", 7)]);
    let found = check_duplicates(&two, &[]);
    assert_eq!((codes(&found), found[0].item), (vec!["duplicate_ingredient"], Some(1)));
    assert!(found[0].justifiable().is_some());
}

#[test]
fn without_shared_records_a_reason_is_needed_and_a_ground_for_some_medicines() {
    let reason = |rule, ground| Justification { rule, item: None, reason: "because of this".to_owned(), ground };
    use JustifiableRule::{GpSharingMissing, SharedRecordsRequired};
    let harm = Some(ExceptionGround::SeriousHarm);
    for (medicine, days, reasons, allowed) in [
        ("sertraline-50mg-tablets", 28, vec![], false),
        ("sertraline-50mg-tablets", 28, vec![reason(GpSharingMissing, None)], true),
        ("diazepam-2mg-tablets", 7, vec![], false),
        // The weaker reason is not enough for a controlled drug.
        ("diazepam-2mg-tablets", 7, vec![reason(GpSharingMissing, None)], false),
        // Nor is one without grounds, or a large quantity.
        ("diazepam-2mg-tablets", 7, vec![reason(SharedRecordsRequired, None)], false),
        ("diazepam-2mg-tablets", 7, vec![reason(SharedRecordsRequired, harm)], true),
        ("diazepam-2mg-tablets", 8, vec![reason(SharedRecordsRequired, harm)], false),
        ("diazepam-2mg-tablets", 3, vec![reason(SharedRecordsRequired, Some(ExceptionGround::LostAccess))], true),
        // Liable to abuse, though not controlled, or of schedule 5.
        ("promethazine-25mg-tablets", 7, vec![reason(GpSharingMissing, None)], false),
        ("codeine-30mg-tablets", 7, vec![reason(SharedRecordsRequired, harm)], true),
    ] {
        let mut content = content(vec![daily(medicine, days)]);
        content.justifications = reasons;
        assert!(check_sharing(&content, true, &the_catalogue().limits).is_empty(), "shared: no finding");
        let found = check_sharing(&content, false, &the_catalogue().limits);
        let settled = apply_justifications(&found, &content.justifications, 1);
        assert_eq!(settled.is_ok(), allowed, "{medicine} for {days} days: {:?}", codes(&found));
    }
    let mut repeated = content(vec![daily("diazepam-2mg-tablets", 7)]);
    repeated.justifications = vec![reason(SharedRecordsRequired, harm)];
    repeated.repeat = Some(Repeat { issues: 2, interval_days: 7, review_on: None });
    assert!(check_sharing(&repeated, false, &the_catalogue().limits)[0].absolute, "a repeat is not a limited quantity");
}

#[test]
fn a_large_supply_needs_a_reason_while_a_risk_alert_is_open() {
    let limits = &the_catalogue().limits;
    assert_eq!(limits.limited_supply_days.value, 7);
    let unclear = item("sertraline-50mg-tablets", "7", vec![step("50", "mg", 1, Some(7)), step("1", "tablet", 1, Some(7))]);
    for (item, repeated, is_open, expected) in [
        (daily("sertraline-50mg-tablets", 28), false, false, 0),
        (daily("sertraline-50mg-tablets", 28), true, false, 0),
        (daily("sertraline-50mg-tablets", 7), false, true, 0),
        (daily("sertraline-50mg-tablets", 8), false, true, 1),
        (daily("sertraline-50mg-tablets", 7), true, true, 1),
        (unclear, false, true, 1),
    ] {
        let mut content = content(vec![item]);
        content.repeat = repeated.then_some(Repeat { issues: 2, interval_days: 7, review_on: None });
        let found = check_supply_at_risk(&content, is_open, limits);
        assert_eq!(codes(&found), vec!["supply_at_risk"; expected], "{repeated} {is_open}");
        assert!(found.iter().all(|finding| finding.justifiable() == Some(JustifiableRule::SupplyAtRisk)));
    }
    let two = content(vec![daily("mirtazapine-15mg-tablets", 7), daily("sertraline-50mg-tablets", 14)]);
    assert_eq!(check_supply_at_risk(&two, true, limits)[0].item, Some(1), "the item is named");
}
