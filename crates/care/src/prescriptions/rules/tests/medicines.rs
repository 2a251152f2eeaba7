//! dm+d codes are SNOMED CT ids with a Verhoeff check digit; schedules: `substances.json`.

use super::*;
use crate::prescriptions::model::medicine::{ControlledDrugSchedule, DescribedMedicine, MedicineCode, MedicineCodeKind};
use crate::prescriptions::rules::medicines::{
    check_brand, check_known, check_route, from_catalogue, from_description, needs_brand, search,
};

fn description(code: &str, ingredient: &str, schedule: ControlledDrugSchedule) -> DescribedMedicine {
    DescribedMedicine {
        code: MedicineCode { kind: MedicineCodeKind::Vmp, value: code.to_owned() },
        name: format!("{ingredient} 10mg tablets"),
        brand: None,
        form: "Tablets".to_owned(),
        strength: Some("10 mg".to_owned()),
        ingredients: vec![ingredient.to_owned()],
        schedule,
    }
}

#[test]
fn a_described_medicine_needs_a_valid_code_known_substances_and_a_schedule_that_is_not_understated() {
    use ControlledDrugSchedule::{Cd2, Cd3, Cd4Part1, Cd5, NotControlled};
    for (code, ingredient, schedule, expected) in [
        // The check digit of dm+d codes.
        ("376689003", "amoxicillin", NotControlled, "accepted"),
        ("376689004", "amoxicillin", NotControlled, "invalid_body"),
        // SI 2001/3998, Schedules 2 to 4, salts and esters included.
        ("376689003", "Nitrazepam", Cd4Part1, "accepted"),
        ("376689003", "nitrazepam", NotControlled, "schedule_understated"),
        ("376689003", "Heroin", Cd3, "schedule_understated"),
        ("376689003", "heroin", Cd2, "accepted"),
        ("376689003", "morphine sulfate", NotControlled, "schedule_understated"),
        ("376689003", "morphine sulfate", Cd2, "accepted"),
        ("376689003", "codeine phosphate", NotControlled, "schedule_understated"),
        ("376689003", "codeine phosphate", Cd5, "accepted"),
        ("376689003", "alprazolam", NotControlled, "schedule_understated"),
        ("376689003", "clobazam", NotControlled, "schedule_understated"),
        ("376689003", "lormetazepam", NotControlled, "schedule_understated"),
        ("376689003", "loprazolam mesilate", NotControlled, "schedule_understated"),
        ("376689003", "flurazepam hydrochloride", NotControlled, "schedule_understated"),
        ("376689003", "zaleplon", NotControlled, "schedule_understated"),
        ("376689003", "tapentadol hydrochloride", Cd3, "schedule_understated"),
        ("376689003", "hydromorphone", Cd3, "schedule_understated"),
        ("376689003", "pethidine", Cd3, "schedule_understated"),
        ("376689003", "nabilone", Cd3, "schedule_understated"),
        ("376689003", "sodium oxybate", Cd3, "schedule_understated"),
        ("376689003", "phentermine", Cd4Part1, "schedule_understated"),
        // A stricter schedule is allowed, an unknown substance is not.
        ("376689003", "paracetamol", Cd2, "accepted"),
        ("376689003", "novelol", NotControlled, "invalid_body"),
    ] {
        let result = match from_description(the_catalogue(), description(code, ingredient, schedule), "") {
            Ok(_) => "accepted",
            Err(refusal) => refusal.reason.as_str(),
        };
        assert_eq!(result, expected, "{code} {ingredient} {schedule:?}");
    }
    let heroin = from_description(the_catalogue(), description("376689003", "heroin", Cd2), "").unwrap();
    assert_eq!(heroin.ingredients, ["diamorphine"], "stored under its main name");
    assert!(heroin.addiction_licence && heroin.misuse && heroin.classes.contains(&"opioid".to_owned()));
}

#[test]
fn a_catalogue_medicine_takes_its_facts_from_its_substances() {
    let combined = from_catalogue(the_catalogue(), ("co-codamol-30mg-500mg-tablets", None), "", today()).unwrap();
    assert_eq!((combined.schedule, combined.misuse), (ControlledDrugSchedule::Cd5, true));
    assert_eq!(combined.ingredients, ["codeine", "paracetamol"]);
    assert!(from_catalogue(the_catalogue(), ("no-such-medicine", None), "", today()).is_err());
    assert!(from_catalogue(the_catalogue(), ("diazepam-2mg-tablets", None), "", day("2025-12-31")).is_err(), "not listed yet");
}

#[test]
fn name_code_form_and_ingredients_of_a_description_belong_together() {
    // The clinical-safety review: the code is compared with the name, the route with the form.
    let of = |change: &dyn Fn(&mut DescribedMedicine)| {
        let mut described = description("376689003", "sertraline hydrochloride", ControlledDrugSchedule::NotControlled);
        described.name = "Sertraline 25mg tablets".to_owned();
        change(&mut described);
        from_description(the_catalogue(), described, "")
    };
    let refused = |change: &dyn Fn(&mut DescribedMedicine)| of(change).err().map(|refusal| refusal.fields[0].pointer.clone());
    assert_eq!(refused(&|_| {}), None);
    // The code of diazepam 2 mg tablets (321196004) under another name, and under its own.
    assert_eq!(refused(&|m| m.code.value = "321196004".to_owned()).as_deref(), Some("/code"));
    let diazepam = |m: &mut DescribedMedicine| {
        (m.code.value, m.name) = ("321196004".to_owned(), "Diazepam 2mg tablets".to_owned());
        (m.ingredients, m.schedule) = (vec!["diazepam".to_owned()], ControlledDrugSchedule::Cd4Part1);
    };
    assert_eq!(refused(&diazepam), None);
    // A substance in the name that is no ingredient, and a name without the substance.
    assert_eq!(refused(&|m| m.name = "Morphine sulfate 10mg tablets".to_owned()).as_deref(), Some("/name"));
    assert_eq!(refused(&|m| m.name = "Something 25mg tablets".to_owned()).as_deref(), Some("/name"));
    assert_eq!(refused(&|m| m.form = "Ingots".to_owned()).as_deref(), Some("/form"));
    assert_eq!(refused(&|m| m.ingredients.push("novelol".to_owned())).as_deref(), Some("/ingredients/1"));
    // A brand need not contain the substance; the salt of a substance is no ingredient.
    let brand = |m: &mut DescribedMedicine| (m.code.kind, m.name) = (MedicineCodeKind::Amp, "Lustral 25mg tablets".to_owned());
    assert_eq!(refused(&brand), None);
    let calcium = |m: &mut DescribedMedicine| {
        (m.name, m.ingredients) = ("Atorvastatin calcium 10mg tablets".to_owned(), vec!["atorvastatin".to_owned()]);
    };
    assert_eq!(refused(&calcium), None);
    // What one tablet contains is read from the strength.
    let known = of(&|m| m.strength = Some("25 mg".to_owned())).unwrap();
    assert_eq!((known.contains.unwrap().value.to_string(), known.unit.as_deref()), ("25".to_owned(), Some("tablet")));
    // An injection of codeine is in Schedule 2 (SI 2001/3998, Schedule 5, paragraph 1).
    let injected = |schedule| {
        let mut described = description("376689003", "codeine phosphate", schedule);
        described.form = "Solution for injection".to_owned();
        from_description(the_catalogue(), described, "").is_ok()
    };
    assert!(!injected(ControlledDrugSchedule::Cd5) && injected(ControlledDrugSchedule::Cd2));
}

#[test]
fn a_medicine_is_taken_by_a_route_of_its_form() {
    for (medicine, route, allowed) in [
        ("sertraline-50mg-tablets", "oral", true),
        ("sertraline-50mg-tablets", "intravenous", false),
        ("sertraline-50mg-tablets", "rectal", false),
        ("buprenorphine-2mg-sublingual-tablets", "sublingual", true),
        ("buprenorphine-2mg-sublingual-tablets", "oral", false),
        ("lorazepam-4mg-1ml-solution-for-injection-ampoules", "intramuscular", true),
        ("lorazepam-4mg-1ml-solution-for-injection-ampoules", "oral", false),
    ] {
        let mut item = daily(medicine, 7);
        item.dosage[0].route = route.to_owned();
        let found = check_route(&item, 0);
        assert_eq!(found.is_none(), allowed, "{medicine} {route}");
        assert!(found.is_none_or(|finding| finding.absolute));
    }
}

#[test]
fn weak_morphine_solution_is_in_schedule_5_and_schedules_2_and_3_need_a_strength() {
    use ControlledDrugSchedule::{Cd2, Cd3, Cd4Part1, Cd5};
    for (form, strength, schedule, expected) in [
        // SI 2001/3998, Schedule 5: 13 mg of the sulfate in 5 ml are 0.2 per cent of the base.
        ("Oral solution", Some("10 mg in 5 ml"), Cd5, None),
        ("Oral solution", Some("13 mg in 5 ml"), Cd5, None),
        ("Oral solution", Some("13.1 mg in 5 ml"), Cd5, Some("schedule")),
        ("Oral solution", Some("20 mg in 1 ml"), Cd5, Some("schedule")),
        ("Solution for injection", Some("1 mg in 1 ml"), Cd5, Some("schedule")),
        ("Tablets", Some("1 mg"), Cd5, Some("schedule")),
        ("Oral solution", None, Cd5, Some("schedule")),
        // Regulation 15(1): the strength.
        ("Tablets", None, Cd2, Some("strength")),
        ("Tablets", Some(" "), Cd2, Some("strength")),
        ("Tablets", Some("10 mg"), Cd2, None),
    ] {
        let mut described = description("376689003", "morphine sulfate", schedule);
        (described.form, described.strength) = (form.to_owned(), strength.map(str::to_owned));
        let medicine = from_description(the_catalogue(), described, "");
        let at = medicine.as_ref().err().map(|refusal| refusal.fields[0].pointer.trim_start_matches('/').to_owned());
        assert_eq!(at.as_deref(), expected, "{form} {strength:?} {schedule:?}");
        if let Ok(medicine) = medicine {
            let item = Item { medicine, ..daily("morphine-10mg-tablets", 7) };
            assert_eq!(check_known(&item, 0, the_catalogue()), None, "{form} {strength:?}");
        }
    }
    for (ingredient, schedule, accepted) in [("temazepam", Cd3, false), ("nitrazepam", Cd4Part1, true)] {
        let described = DescribedMedicine { strength: None, ..description("376689003", ingredient, schedule) };
        assert_eq!(from_description(the_catalogue(), described, "").is_ok(), accepted, "{ingredient}");
    }
}

#[test]
fn a_depot_is_not_injected_into_a_vein() {
    let (im, both) = (&["intramuscular"][..], &["intramuscular", "subcutaneous"][..]);
    let any = &["intramuscular", "intravenous", "subcutaneous"][..];
    for (name, ingredient, form, routes) in [
        // Summaries of product characteristics, section 4.2: depots are given into a muscle, Buvidal under the skin.
        ("Haloperidol decanoate 50mg/1ml solution for injection", "haloperidol", "Solution for injection", im),
        ("Haloperidol 50mg/1ml solution for injection", "haloperidol decanoate", "Solution for injection", im),
        ("Paliperidone palmitate 50mg suspension", "paliperidone", "Prolonged-release suspension for injection", im),
        ("Olanzapine embonate 210mg", "olanzapine", "Powder for prolonged-release suspension for injection", im),
        ("Olanzapine pamoate 210mg", "olanzapine", "Powder for solution for injection", im),
        ("Testosterone undecanoate 1g/4ml", "testosterone", "Solution for injection", im),
        ("Buprenorphine 24mg", "buprenorphine", "Prolonged-release solution for injection", &["subcutaneous"]),
        ("Buprenorphine 24mg (Buvidal)", "buprenorphine", "Pre-filled syringes", &["subcutaneous"]),
        ("Risperidone 37.5mg", "risperidone", "Prolonged-release suspension for injection pre-filled syringes", both),
        // Other injections, and medicines that are swallowed, have the routes of their form.
        ("Haloperidol 5mg/1ml solution for injection", "haloperidol", "Solution for injection", any),
        ("Buprenorphine 300micrograms/1ml", "buprenorphine", "Solution for injection", any),
        ("Testosterone undecanoate 40mg capsules", "testosterone", "Capsules", &["oral"]),
    ] {
        let mut described = description("376689003", ingredient, ControlledDrugSchedule::Cd2);
        (described.name, described.form) = (name.to_owned(), form.to_owned());
        let medicine = from_description(the_catalogue(), described, "").unwrap();
        assert_eq!(medicine.routes, routes, "{name}");
    }
}

#[test]
fn lithium_and_modified_release_methylphenidate_are_prescribed_by_brand() {
    // BNF, lithium; MHRA, Drug Safety Update, September 2022.
    for (medicine, brand, expected) in [
        ("lithium-carbonate-400mg-modified-release-tablets", None, "brand_required"),
        ("lithium-carbonate-400mg-modified-release-tablets", Some("priadel"), "Priadel"),
        ("lithium-carbonate-400mg-modified-release-tablets", Some("Concerta XL"), "unknown"),
        ("methylphenidate-18mg-modified-release-tablets", None, "brand_required"),
        ("methylphenidate-18mg-modified-release-tablets", Some("Concerta XL"), "Concerta XL"),
        ("methylphenidate-10mg-tablets", None, "none"),
        ("sertraline-50mg-tablets", None, "none"),
        ("sertraline-50mg-tablets", Some("Lustral"), "unknown"),
    ] {
        let result = match from_catalogue(the_catalogue(), (medicine, brand), "", today()) {
            Err(refusal) => refusal.fields[0].code.to_owned(),
            Ok(chosen) => {
                let mut item = daily(medicine, 28);
                item.medicine = chosen;
                let finding = check_brand(&item, 0, the_catalogue()).map(|finding| finding.rule.as_str().to_owned());
                finding.or(item.medicine.brand).unwrap_or_else(|| "none".to_owned())
            }
        };
        assert_eq!(result, expected, "{medicine} {brand:?}");
    }
}

#[test]
fn every_name_of_a_modified_release_form_asks_for_the_brand() {
    // MHRA, Drug Safety Update, September 2022.
    for (form, name, expected) in [
        ("Modified-release tablets", "Methylphenidate 18mg", true),
        ("Prolonged-release tablets", "Methylphenidate 18mg", true),
        ("Extended-release tablets", "Methylphenidate 18mg", true),
        ("Tablets", "Methylphenidate 18mg modified release tablets", true),
        ("Tablets", "Methylphenidate XL 18mg tablets", true),
        ("Capsules", "Methylphenidate 20mg MR capsules", true),
        ("Tablets", "Methylphenidate SR 18mg", true),
        ("Tablets", "Methylphenidate 10mg tablets", false),
    ] {
        assert_eq!(needs_brand(the_catalogue(), &["methylphenidate".to_owned()], form, name), expected, "{form} {name}");
    }
}

#[test]
fn a_medicine_that_an_earlier_version_stored_is_checked_again() {
    let mut item = daily("sertraline-50mg-tablets", 28);
    assert_eq!(check_known(&item, 0, the_catalogue()), None);
    for change in [
        (|item: &mut Item| item.medicine.ingredients = vec!["morphine sulfate".to_owned()]) as fn(&mut Item),
        |item| item.medicine.ingredients = vec!["novelol".to_owned()],
        |item| item.medicine.ingredients = vec!["morphine".to_owned()],
        |item| item.medicine.routes.clear(),
    ] {
        let mut old = item.clone();
        change(&mut old);
        assert!(check_known(&old, 0, the_catalogue()).is_some_and(|finding| finding.absolute), "{:?}", old.medicine.ingredients);
    }
    // A schedule that is stricter than needed is no reason to enter it again.
    item.medicine.schedule = ControlledDrugSchedule::Cd3;
    assert_eq!(check_known(&item, 0, the_catalogue()), None);
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
