//! The embedded data, and its checks.

use super::*;
use crate::prescriptions::model::medicine::ControlledDrugSchedule;

fn broken_by(from: &str, to: &str) -> String {
    let files = [
        include_str!("../data/medicines.json"),
        include_str!("../data/controlled_substances.json"),
        include_str!("../data/substances.json"),
        include_str!("../data/terms.json"),
        include_str!("../data/limits.json"),
        include_str!("../data/prescribers.json"),
        include_str!("../data/safety.json"),
    ];
    assert!(files.iter().any(|file| file.contains(from)), "the case replaces nothing: {from}");
    let files = files.map(|file| file.replacen(from, to, 1));
    from_texts(&files.each_ref().map(String::as_str)).unwrap_err()
}

#[test]
fn the_embedded_data_is_complete_and_names_its_sources() {
    let catalogue = catalogue();
    assert!(catalogue.medicines.len() >= 40);
    assert!(catalogue.medicines.iter().all(|medicine| !medicine.source.is_empty()));
    assert!(catalogue.substances.iter().all(|known| !known.source.is_empty() && known.classes.len() + known.uses.len() > 0));
    assert!(catalogue.prescribers.kinds.iter().all(|kind| !kind.source.is_empty()));
    // Only confirmed codes are listed: trazodone 50 mg capsules (376689003 is used for two other medicines in public code lists)
    // and pregabalin 300 mg capsules have none.
    let codes: Vec<&str> = catalogue.medicines.iter().filter_map(|m| m.code.as_ref()).map(|code| code.value.as_str()).collect();
    assert_eq!(codes, ["321196004", "322236009", "321152004"]);
}

#[test]
fn schedules_of_substances_match_the_law() {
    // SI 2001/3998, Schedules 2 to 5, as revised (legislation.gov.uk).
    use ControlledDrugSchedule::{Cd2, Cd3, Cd4Part1, Cd4Part2, Cd5, NotControlled};
    let catalogue = catalogue();
    for (names, schedule) in [
        // Schedule 2, paragraph 1.
        (&["tapentadol", "hydromorphone", "pethidine", "nabilone", "oxycodone", "fentanyl", "methadone", "morphine"][..], Cd2),
        (&["methylphenidate", "dexamfetamine", "lisdexamfetamine", "ketamine", "secobarbital", "diamorphine"], Cd2),
        // Moved to Schedule 2 by SI 2014/3277.
        (&["sodium oxybate", "4-hydroxybutyric acid"], Cd2),
        // Schedule 3, paragraph 1.
        (
            &["phentermine", "temazepam", "buprenorphine", "pregabalin", "gabapentin", "phenobarbital", "tramadol", "midazolam"],
            Cd3,
        ),
        // Schedule 4, Part I, paragraph 1.
        (&["alprazolam", "clobazam", "lormetazepam", "loprazolam", "flurazepam", "zaleplon", "zopiclone", "zolpidem"], Cd4Part1),
        (&["diazepam", "lorazepam", "clonazepam", "oxazepam", "nitrazepam", "remimazolam"], Cd4Part1),
        // Schedule 4, Part II.
        (&["testosterone", "nandrolone", "oxandrolone", "somatropin", "chorionic gonadotrophin", "clenbuterol"], Cd4Part2),
        // Schedule 5: preparations below the limits of its paragraph 1.
        (&["codeine", "dihydrocodeine", "pholcodine"], Cd5),
        (&["sertraline", "mirtazapine", "propranolol", "valproate", "lithium"], NotControlled),
    ] {
        for name in names {
            assert_eq!(catalogue.substance(name).unwrap().schedule, schedule, "{name}");
        }
    }
    let licensed: Vec<&str> = catalogue.substances.iter().filter(|s| s.addiction_licence).map(|s| s.name.as_str()).collect();
    assert_eq!(licensed, ["cocaine", "diamorphine", "dipipanone"]);
}

#[test]
fn a_salt_or_ester_is_the_substance() {
    // SI 2001/3998, Schedules 2 to 4: any salt, ester or stereoisomer of a substance; names as in dm+d and the BNF.
    let catalogue = catalogue();
    for (name, base) in [
        ("Morphine sulfate", "morphine"),
        ("morphine sulphate", "morphine"),
        ("Codeine phosphate hemihydrate", "codeine"),
        ("sertraline hydrochloride", "sertraline"),
        ("citalopram hydrobromide", "citalopram"),
        ("escitalopram oxalate", "escitalopram"),
        ("dexamfetamine sulphate", "dexamfetamine"),
        ("lisdexamfetamine dimesylate", "lisdexamfetamine"),
        ("dihydrocodeine tartrate", "dihydrocodeine"),
        ("zolpidem tartrate", "zolpidem"),
        ("quetiapine fumarate", "quetiapine"),
        ("amlodipine besilate", "amlodipine"),
        ("fluphenazine decanoate", "fluphenazine"),
        ("testosterone undecanoate", "testosterone"),
        ("nandrolone phenylpropionate", "nandrolone"),
        ("sodium valproate", "valproate"),
        ("valproate semisodium", "valproate"),
        ("phenobarbital sodium", "phenobarbital"),
        ("potassium clavulanate", "clavulanic acid"),
        ("lithium carbonate", "lithium"),
        ("lithium citrate", "lithium"),
        ("Diamorphine Hydrochloride", "diamorphine"),
        ("heroin hydrochloride", "diamorphine"),
        ("naproxen sodium", "naproxen"),
        ("sumatriptan succinate", "sumatriptan"),
        ("prochlorperazine maleate", "prochlorperazine"),
        // A name of its own comes before its base.
        ("sodium oxybate", "sodium oxybate"),
        ("ferrous fumarate", "ferrous fumarate"),
    ] {
        assert_eq!(catalogue.substance(name).map(|known| known.name.as_str()), Some(base), "{name}");
    }
    for unknown in ["novelol", "sulfate", "sodium chloride", ""] {
        assert!(catalogue.substance(unknown).is_none(), "{unknown}");
    }
}

#[test]
fn a_form_has_the_routes_of_its_last_words() {
    // Form and route terms of dm+d.
    let catalogue = catalogue();
    for (form, routes) in [
        ("Tablets", Some(&["oral"][..])),
        ("Gastro-resistant tablets", Some(&["oral"])),
        ("Sublingual tablets", Some(&["sublingual"])),
        ("Modified-release capsules", Some(&["oral"])),
        ("Solution for injection", Some(&["intramuscular", "intravenous", "subcutaneous"])),
        // A suspension is not injected into a vein.
        ("Suspension for injection", Some(&["intramuscular", "subcutaneous"])),
        ("Powder for prolonged-release suspension for injection", Some(&["intramuscular", "subcutaneous"])),
        ("Prolonged-release solution for injection", Some(&["intramuscular", "subcutaneous"])),
        ("Transdermal patches", Some(&["transdermal"])),
        ("Eye drops", Some(&["ocular"])),
        ("Ingots", None),
        ("", None),
    ] {
        let found = catalogue.routes_of_form(form).map(|routes| routes.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), routes, "{form}");
    }
    for medicine in &catalogue.medicines {
        let routes = catalogue.routes_of_form(&medicine.form).unwrap_or_default();
        assert!(medicine.routes.iter().all(|route| routes.contains(route)), "{}", medicine.id);
    }
}

#[test]
fn contradictions_between_the_files_are_refused() {
    for (from, to, expected) in [
        ("\"id\": \"sertraline-50mg-tablets\"", "\"id\": \"sertraline-100mg-tablets\"", "appears twice"),
        ("\"value\": \"321196004\"", "\"value\": \"321196005\"", "check digit"),
        ("\"ingredients\": [\"sertraline\"]", "\"ingredients\": [\"sugar\"]", "/ingredients/0: There is no substance"),
        ("\"routes\": [\"sublingual\"]", "\"routes\": [\"by_ear\"]", "/routes/0: There is no such route"),
        (
            "\"substance\": \"citalopram\"",
            "\"substance\": \"citalopram hydrobromide\"",
            "medicine_limits dose:citalopram hydrobromide:oral: key",
        ),
        ("\"first\": \"maoi\"", "\"first\": \"mao\"", "controlled_substances mao: There is no substance or class"),
        ("\"428673006\"", "\"428673007\"", "check digit"),
        ("\"controlled_supply_days\"", "\"supply\"", "unknown field"),
    ] {
        assert!(broken_by(from, to).contains(expected), "{from}");
    }
}
