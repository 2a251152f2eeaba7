//! Public repository NHSDigital/electronic-prescription-service-api, `_fragments/dosageInstruction.yaml` and
//! `MedicationRequest.yaml`; for controlled drugs
//! <http://www.psnc.org.uk/dispensing-supply/dispensing/dispensing-controlled-drugs/controlled-drug-prescription-forms-validity/>.

use super::*;
use crate::prescriptions::model::Instalment;
use crate::prescriptions::rules::dosage::{
    Supply, check, check_quantity, instruction_text, joined_text, strength_of_one, supply,
};

fn unclear(item: &Item) -> bool {
    check(item, 0, the_catalogue()).is_some_and(|finding| finding.rule.as_str() == "dosage_unclear" && finding.absolute)
}

#[test]
fn the_written_text_agrees_with_the_structure() {
    let mut needed = step("1", "tablet", 1, Some(7));
    (needed.as_needed, needed.max_per_day) = (true, Some("2".parse().unwrap()));
    let mut hourly = step("2", "tablet", 1, None);
    (hourly.period, hourly.every) = (PeriodUnit::Hour, 6);
    let mut weekly = step("0.5", "tablet", 2, Some(28));
    weekly.period = PeriodUnit::Week;
    let every_hour = DoseStep { every: 1, ..hourly.clone() };
    let twice_an_hour = DoseStep { times: 2, ..every_hour.clone() };
    for (step, expected) in [
        (every_hour, "2 tablets every hour"),
        (twice_an_hour, "2 tablets twice an hour"),
        (step("1", "tablet", 1, Some(28)), "1 tablet once a day for 28 days"),
        (step("2.5", "ml", 2, Some(1)), "2.5 ml twice a day for 1 day"),
        (step("2", "tablet", 3, None), "2 tablets 3 times a day"),
        (needed, "1 tablet once a day when required, at most 2 in 24 hours for 7 days"),
        (hourly, "2 tablets every 6 hours"),
        (weekly, "0.5 tablet twice a week for 28 days"),
    ] {
        let text = instruction_text(&step, the_catalogue());
        assert_eq!(text, expected);
        let item = item("ibuprofen-400mg-tablets", "28", vec![DoseStep { text, ..step }]);
        assert_eq!(check(&item, 0, the_catalogue()), None, "{expected}");
    }
}

#[test]
fn instructions_of_one_sequence_are_joined_by_and_others_by_then() {
    let part = |sequence, text: &str| DoseStep { sequence, text: text.to_owned(), ..step("1", "tablet", 1, Some(7)) };
    assert_eq!(
        joined_text(&[part(1, "1 in the morning"), part(1, "2 at night"), part(2, "1 at night")]),
        "1 in the morning and 2 at night then 1 at night"
    );
}

#[test]
fn structure_and_text_must_agree() {
    for (text, allowed) in [
        ("one tablet once a day", true),
        ("1 tablet in the morning", true),
        ("Take ONE tablet each morning", true),
        ("take 1tablet daily", true),
        // The clinical-safety review: the amount is one of the unit in the other fields.
        ("Take ONE each morning", false),
        ("1 mg once a day", false),
        ("take 1.0 tablet daily", true),
        ("2 tablets once a day", false),
        ("a tablet in the morning", false),
        ("1 tablet twice a day", false),
        ("1 tablet once daily", true),
        ("1 tablet 3 times a day", false),
        ("1 tablet every 24 hours", true),
        ("1 tablet every 8 hours", false),
        ("1 tablet every hour", false),
        ("1 tablet twice an hour", false),
        ("1 tablet once a week", false),
        ("1 tablet once a day when required", false),
        // No full stop or comma at the end.
        ("1 tablet once a day.", false),
        ("1 tablet once a day,", false),
        // Vague, but not for a controlled drug.
        ("as directed", true),
    ] {
        let step = DoseStep { text: text.to_owned(), ..step("1", "tablet", 1, Some(28)) };
        assert_eq!(!unclear(&item("sertraline-50mg-tablets", "28", vec![step])), allowed, "{text}");
    }
}

#[test]
fn the_amount_in_the_text_is_one_of_the_unit() {
    // The clinical-safety review: 2 mg are not 2 tablets of 2 mg.
    for (dose, unit, text, allowed) in [
        ("2", "mg", "2 mg once a day", true),
        ("2", "mg", "2mg once a day", true),
        ("2", "mg", "2 tablets once a day", false),
        ("2", "tablet", "2 mg once a day", false),
        ("2", "tablet", "Two tablets once a day", true),
        ("0.5", "tablet", "half a tablet once a day", true),
        ("5", "ml", "5ml once a day", true),
        ("5", "microgram", "5 micrograms once a day", true),
    ] {
        let step = DoseStep { text: text.to_owned(), ..step(dose, unit, 1, Some(28)) };
        assert_eq!(!unclear(&item("diazepam-2mg-tablets", "28", vec![step])), allowed, "{dose} {unit}: {text}");
    }
}

#[test]
fn the_daily_maximum_of_a_controlled_drug_is_printed() {
    // The clinical-safety review: what is printed is all that the dispenser and the practitioner read.
    for (medicine, text, allowed) in [
        ("diazepam-2mg-tablets", "1 tablet when required", false),
        ("diazepam-2mg-tablets", "1 tablet when required, at most 2 in 24 hours", true),
        ("diazepam-2mg-tablets", "1 tablet when required, maximum two tablets a day", true),
        ("diazepam-2mg-tablets", "1 tablet when required, at most 3 in 24 hours", false),
        ("sertraline-50mg-tablets", "1 tablet when required", true),
    ] {
        let mut needed = DoseStep { text: text.to_owned(), ..step("1", "tablet", 2, Some(14)) };
        (needed.as_needed, needed.max_per_day) = (true, Some("2".parse().unwrap()));
        assert_eq!(!unclear(&item(medicine, "14", vec![needed])), allowed, "{medicine}: {text}");
    }
}

#[test]
fn as_directed_alone_is_not_a_dose_for_a_controlled_drug() {
    for text in ["as directed", "Take as directed", "To be taken as directed", "when required", "PRN", "as before", "mdu"] {
        let step = DoseStep { text: text.to_owned(), ..step("1", "tablet", 1, Some(14)) };
        for (medicine, refused) in [
            ("temazepam-10mg-tablets", true),
            ("diazepam-2mg-tablets", true),
            ("codeine-30mg-tablets", true),
            ("sertraline-50mg-tablets", false),
        ] {
            assert_eq!(unclear(&item(medicine, "14", vec![step.clone()])), refused, "{medicine}: {text}");
        }
    }
    // Nor is "when required" without a daily maximum.
    let mut needed = step("1", "tablet", 1, Some(14));
    needed.as_needed = true;
    needed.text = instruction_text(&needed, the_catalogue());
    assert!(unclear(&item("diazepam-2mg-tablets", "14", vec![needed.clone()])));
    needed.max_per_day = Some("1".parse().unwrap());
    needed.text = instruction_text(&needed, the_catalogue());
    assert!(!unclear(&item("diazepam-2mg-tablets", "14", vec![needed])));
}

#[test]
fn instructions_are_numbered_without_a_gap() {
    let part = |sequence, days| DoseStep { sequence, ..step("1", "tablet", 1, days) };
    for (steps, allowed) in [
        (vec![part(1, Some(7)), part(1, Some(7))], true),
        (vec![part(1, Some(7)), part(2, Some(7)), part(3, None)], true),
        (vec![part(2, Some(7))], false),
        (vec![part(1, Some(7)), part(3, Some(7))], false),
        (vec![part(1, Some(7)), part(2, Some(7)), part(1, Some(7))], false),
        (vec![part(1, None), part(2, Some(7))], false),
        (vec![step("0", "tablet", 1, Some(7))], false),
    ] {
        let sequences: Vec<_> = steps.iter().map(|step| (step.sequence, step.duration_days)).collect();
        assert_eq!(!unclear(&item("sertraline-50mg-tablets", "7", steps)), allowed, "{sequences:?}");
    }
}

#[test]
fn the_quantity_is_dose_times_frequency_times_duration() {
    let titrated = || vec![step("1", "tablet", 1, Some(7)), DoseStep { sequence: 2, ..step("2", "tablet", 1, Some(14)) }];
    let both = || vec![step("1", "tablet", 1, Some(10)), step("2", "tablet", 1, Some(10))];
    let mut every_other = step("1", "tablet", 1, Some(28));
    every_other.every = 2;
    let mut needed = step("1", "tablet", 4, Some(10));
    (needed.as_needed, needed.max_per_day) = (true, Some("2".parse().unwrap()));
    for (quantity, steps, days, fits) in [
        ("28", vec![step("1", "tablet", 1, Some(28))], 28, true),
        ("56", vec![step("1", "tablet", 2, Some(28))], 28, true),
        ("14", vec![step("0.5", "tablet", 1, Some(28))], 28, true),
        ("30", vec![step("1", "tablet", 1, Some(28))], 30, true),
        ("32", vec![step("1", "tablet", 1, Some(28))], 32, false),
        ("26", vec![step("1", "tablet", 1, Some(28))], 28, true),
        ("25", vec![step("1", "tablet", 1, Some(28))], 28, false),
        ("35", titrated(), 21, true),
        ("30", both(), 10, true),
        ("14", vec![every_other], 28, true),
        ("20", vec![needed], 10, true),
        ("28", vec![step("50", "mg", 1, Some(28))], 28, true),
        ("28", vec![step("25", "mg", 1, Some(28))], 56, false),
        ("28", vec![step("2", "tablet", 1, None)], 14, true),
    ] {
        let item = item("sertraline-50mg-tablets", quantity, steps);
        assert_eq!(supply(&item, 10), Supply::Known { days, fits }, "{quantity}: {}", joined_text(&item.dosage));
        let found = check_quantity(&item, 0, 10);
        assert_eq!(found.is_empty(), fits, "{quantity}: {}", joined_text(&item.dosage));
        assert!(found.iter().all(|finding| finding.justifiable().is_some()));
    }
}

#[test]
fn a_quantity_in_another_unit_needs_a_reason_and_zero_is_refused() {
    let drops = item("sertraline-50mg-tablets", "28", vec![step("5", "drop", 1, Some(28))]);
    let found = check_quantity(&drops, 0, 10);
    assert_eq!(codes(&found), ["quantity_mismatch"]);
    assert!(found[0].justifiable().is_some());
    let none = item("sertraline-50mg-tablets", "0", vec![step("1", "tablet", 1, Some(28))]);
    assert!(check_quantity(&none, 0, 10)[0].absolute);
}

#[test]
fn what_one_unit_contains_is_read_from_the_strength() {
    for (strength, form, substances, expected) in [
        ("50 mg", "Tablets", 1, Some(("50", "mg", "tablet"))),
        ("500 micrograms", "Modified-release capsules", 1, Some(("500", "microgram", "capsule"))),
        ("10 mg in 5 ml", "Oral solution", 1, Some(("2", "mg", "ml"))),
        ("1 g", "Tablets", 1, Some(("1", "gram", "tablet"))),
        ("30 mg / 500 mg", "Tablets", 2, None),
        ("50 mg", "Cream", 1, None),
        ("strong", "Tablets", 1, None),
        ("10 mg in 0 ml", "Oral solution", 1, None),
    ] {
        let found = strength_of_one(Some(strength), form, substances);
        let found = found.map(|(contains, unit)| (contains.value.to_string(), contains.unit, unit));
        let expected =
            expected.map(|(value, mass, unit): (&str, &str, &str)| (value.to_owned(), mass.to_owned(), unit.to_owned()));
        assert_eq!(found, expected, "{strength} {form}");
    }
}

#[test]
fn instalments_add_up_to_the_quantity() {
    for (amount, allowed) in [("10", true), ("20", true), ("140", true), ("30", false), ("0", false), ("150", false)] {
        let mut methadone = item("methadone-1mg-ml-oral-solution", "140", vec![step("10", "ml", 1, Some(14))]);
        methadone.instalment = Some(Instalment { amount: amount.parse().unwrap(), interval_days: 1 });
        assert_eq!(check_quantity(&methadone, 0, 10).is_empty(), allowed, "{amount}");
    }
}
