//! dm+d codes are SNOMED CT ids with a Verhoeff check digit; schedules: `substances.json`.

use super::*;
use crate::prescriptions::model::medicine::{ControlledDrugSchedule, DescribedMedicine, MedicineCode, MedicineCodeKind};
use crate::prescriptions::rules::medicines::{from_catalogue, from_description, search};

fn description(code: &str, ingredient: &str, schedule: ControlledDrugSchedule) -> DescribedMedicine {
    DescribedMedicine {
        code: MedicineCode { kind: MedicineCodeKind::Vmp, value: code.to_owned() },
        name: "Something 10mg tablets".to_owned(),
        form: "Tablets".to_owned(),
        strength: None,
        ingredients: vec![ingredient.to_owned()],
        schedule,
    }
}

#[test]
fn a_described_medicine_needs_a_valid_code_and_a_schedule_that_is_not_understated() {
    use ControlledDrugSchedule::{Cd2, Cd3, Cd4Part1, NotControlled};
    for (code, ingredient, schedule, expected) in [
        ("322236009", "paracetamol", NotControlled, "accepted"),
        ("322236008", "paracetamol", NotControlled, "invalid_body"),
        ("322236009", "Nitrazepam", Cd4Part1, "accepted"),
        ("322236009", "nitrazepam", NotControlled, "schedule_understated"),
        ("322236009", "Heroin", Cd3, "schedule_understated"),
        ("322236009", "heroin", Cd2, "accepted"),
        // A stricter schedule and unknown ingredients are allowed.
        ("322236009", "paracetamol", Cd2, "accepted"),
        ("322236009", "novelol", NotControlled, "accepted"),
    ] {
        let result = match from_description(the_catalogue(), description(code, ingredient, schedule), "") {
            Ok(_) => "accepted",
            Err(refusal) => refusal.reason.as_str(),
        };
        assert_eq!(result, expected, "{code} {ingredient} {schedule:?}");
    }
    let heroin = from_description(the_catalogue(), description("322236009", "heroin", Cd2), "").unwrap();
    assert_eq!(heroin.ingredients, ["diamorphine"], "stored under its main name");
    assert!(heroin.addiction_licence && heroin.misuse && heroin.classes.contains(&"opioid".to_owned()));
}

#[test]
fn a_catalogue_medicine_takes_its_facts_from_its_substances() {
    let combined = from_catalogue(the_catalogue(), "co-codamol-30mg-500mg-tablets", "", today()).unwrap();
    assert_eq!((combined.schedule, combined.misuse), (ControlledDrugSchedule::Cd5, true));
    assert_eq!(combined.ingredients, ["codeine", "paracetamol"]);
    assert!(from_catalogue(the_catalogue(), "no-such-medicine", "", today()).is_err());
    assert!(from_catalogue(the_catalogue(), "diazepam-2mg-tablets", "", day("2025-12-31")).is_err(), "not listed yet");
}

#[test]
fn medicines_are_found_by_name_substance_synonym_class_and_use() {
    let found = |query: &str| -> Vec<&str> {
        search(the_catalogue(), query, today()).into_iter().map(|medicine| medicine.id.as_str()).collect()
    };
    assert_eq!(found("diaz"), ["diazepam-2mg-tablets", "diazepam-5mg-tablets"]);
    assert_eq!(found("SERTRALINE 50"), ["sertraline-50mg-tablets"]);
    assert_eq!(found("acetaminophen"), ["co-codamol-30mg-500mg-tablets", "paracetamol-500mg-tablets"]);
    assert!(found("benzodiazepine").contains(&"lorazepam-1mg-tablets"));
    assert!(found("antidepressant").contains(&"mirtazapine-15mg-tablets"));
    assert!(found("unobtainium").is_empty());
    assert_eq!(found("").len(), the_catalogue().medicines.len());
}
