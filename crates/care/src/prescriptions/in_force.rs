//! The catalogue of a day: what the program ships, with the changes of administrators.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::catalogue::safety::{AgeRule, MaximumDose};
use super::catalogue::{self, Catalogue, Limits, PrescriberRule};
use super::dto::ExactDecimal;
use super::dto::entries::{AgeLimitEntry, DoseLimitEntry, MedicineEntry, PrescriberEntry, SubstanceEntry};
use super::model::PrescriberKind;
use super::queries::Prescription;
use super::rules::medicines::is_understated;
use platform::Tx;
use platform::error::Result;
use platform::ids::UtcTime;
use reference::reference_data::model::{EntryFault, Fault, KEY, ReferenceDataset};
use reference::reference_data::overlay::{Changes, DatedChange, apply_changes};
use reference::reference_data::{self, InForce, figures};

/// The datasets that the catalogue is built from.
pub const DATASETS: [ReferenceDataset; 5] = [
    ReferenceDataset::Medicines,
    ReferenceDataset::MedicineLimits,
    ReferenceDataset::ControlledSubstances,
    ReferenceDataset::PrescribingLimits,
    ReferenceDataset::Prescribers,
];

/// The catalogue of today.
///
/// # Errors
/// As [`reference_data::on`].
pub fn catalogue(tx: &mut Tx) -> Result<InForce<Catalogue>> {
    let today = tx.now.london_day();
    reference_data::on(tx, today, &DATASETS, catalogue::catalogue(), build)
}

/// The limits of the day on which a prescription was signed, or of today for a draft. What was signed can be read while a stored entry
/// does not fit.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub fn limits_of(tx: &mut Tx, prescription: &Prescription) -> Result<InForce<Limits>> {
    let day = prescription.signed_at.map_or_else(|| tx.now.london_day(), UtcTime::london_day);
    let shipped = &catalogue::catalogue().limits;
    reference_data::on_or_shipped(tx, day, &[ReferenceDataset::PrescribingLimits], shipped, build_limits)
}

/// The limits that are known on a day.
///
/// # Errors
/// What is wrong with a changed limit.
pub fn build_limits(changes: &Changes, on: NaiveDate) -> Result<Limits, EntryFault> {
    let mut limits = catalogue::catalogue().limits.clone();
    figures::lay_over(&mut limits, changes, ReferenceDataset::PrescribingLimits, on)?;
    Ok(limits)
}

/// The catalogue with the changes that are known on a day.
///
/// # Errors
/// What is wrong with a changed entry, or with one that no longer fits the others.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<Catalogue, EntryFault> {
    let mut built = catalogue::catalogue().clone();
    let substances = changes.in_force_on(ReferenceDataset::ControlledSubstances, on);
    built.substances = apply_changes(
        &built.substances,
        &substances,
        |substance| substance.name.clone(),
        |name, entry: SubstanceEntry, _| Ok(entry.substance(name)),
    )?;
    let medicines = changes.in_force_on(ReferenceDataset::Medicines, on);
    built.medicines = apply_changes(
        &built.medicines,
        &medicines,
        |medicine| medicine.id.clone(),
        |id, entry: MedicineEntry, from| check_id(id).and_then(|()| entry.medicine(id, from)),
    )?;
    // As lists of medicines are paged.
    built.medicines.sort_by(|one, other| one.id.cmp(&other.id));
    let (doses, ages) = limits_by_kind(changes, on)?;
    let safety = &mut built.safety;
    safety.maximum_doses =
        apply_changes(&safety.maximum_doses, &doses, MaximumDose::key, |key, entry, _| dose_limit(key, entry))?;
    safety.ages = apply_changes(&safety.ages, &ages, AgeRule::key, |key, entry, _| age_limit(key, entry))?;
    built.limits = build_limits(changes, on)?;
    let prescribers = changes.in_force_on(ReferenceDataset::Prescribers, on);
    let kinds = &mut built.prescribers.kinds;
    *kinds = apply_changes(kinds, &prescribers, PrescriberRule::key, |key, entry, _| prescriber(key, entry))?;
    check_doctors(kinds, &prescribers)?;
    built.check()?;
    for (id, change) in &medicines {
        if built.medicine(id).is_some_and(|medicine| is_understated(&built, medicine)) {
            let detail = "One of its substances has a stricter schedule. Choose that schedule, or leave this out.";
            return Err(change.fault(Fault::new("/schedule", "understated", detail)));
        }
    }
    Ok(built)
}

/// Ids are words of small ASCII characters and digits, joined by hyphens: they are in addresses and in prescriptions.
fn check_id(id: &str) -> Result<(), Fault> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if id.len() <= 100 && id.split('-').all(is_word) {
        return Ok(());
    }
    let detail = "Enter an id such as sertraline-50mg-tablets: small characters and digits, joined by hyphens.";
    Err(Fault::new(KEY, "invalid_format", detail))
}

type ByKey<'a> = BTreeMap<&'a str, &'a DatedChange>;

/// The changed maximum doses and age limits.
fn limits_by_kind(changes: &Changes, on: NaiveDate) -> Result<(ByKey<'_>, ByKey<'_>), EntryFault> {
    let (mut doses, mut ages) = (ByKey::new(), ByKey::new());
    for (key, change) in changes.in_force_on(ReferenceDataset::MedicineLimits, on) {
        match key.split(':').next() {
            Some("dose") => _ = doses.insert(key, change),
            Some("age") => _ = ages.insert(key, change),
            _ => return Err(change.fault(wrong_key())),
        }
    }
    Ok((doses, ages))
}

fn wrong_key() -> Fault {
    Fault::new(KEY, "invalid_format", "Enter dose:substance:route, dose:substance:route:age or age:substance.")
}

/// The maximum dose of a key such as `dose:citalopram:oral:65`.
fn dose_limit(key: &str, entry: DoseLimitEntry) -> Result<MaximumDose, Fault> {
    let parts: Vec<&str> = key.split(':').collect();
    let (substance, route, from_age) = match parts[..] {
        ["dose", substance, route] => (substance, route, None),
        ["dose", substance, route, age] => (substance, route, Some(age.parse::<u8>().map_err(|_| wrong_key())?)),
        _ => return Err(wrong_key()),
    };
    let ExactDecimal(daily_mg) = entry.daily_mg;
    if daily_mg.is_zero() {
        return Err(Fault::new("/daily_mg", "out_of_range", "The maximum is more than nothing."));
    }
    let limit = MaximumDose {
        substance: substance.to_owned(),
        route: route.to_owned(),
        from_age,
        daily_mg,
        effect: entry.effect,
        source: entry.source,
    };
    // An age with leading zeros would be another key of the same rule.
    if limit.key() == key { Ok(limit) } else { Err(wrong_key()) }
}

/// The age limit of a key such as `age:hydroxyzine`.
fn age_limit(key: &str, entry: AgeLimitEntry) -> Result<AgeRule, Fault> {
    let substance = key.strip_prefix("age:").ok_or_else(wrong_key)?.to_owned();
    Ok(AgeRule { substance, from_age: entry.from_age, detail: entry.detail, source: entry.source })
}

/// The kind of prescriber of a key such as `independent_nurse:nmc`, with what it may prescribe from now on.
fn prescriber(key: &str, entry: PrescriberEntry) -> Result<PrescriberRule, Fault> {
    let shipped = catalogue::catalogue().prescribers.kinds.iter().find(|kind| kind.key() == key);
    let unknown = || Fault::new(KEY, "unknown", "There is no prescriber with this key, such as independent_nurse:nmc.");
    let rule = entry.rule(shipped.ok_or_else(unknown)?);
    if shipped.is_some_and(|shipped| shipped.only_controlled.is_some()) && rule.only_controlled.is_none() {
        let detail = "The law names the controlled drugs of this profession. List the substances with their routes.";
        return Err(Fault::new("/only_controlled", "required", detail));
    }
    Ok(rule)
}

/// Doctors are not taken from the prescribers: no one else could prescribe for addiction, or agree on a management plan.
fn check_doctors(kinds: &[PrescriberRule], changes: &ByKey<'_>) -> Result<(), EntryFault> {
    if kinds.iter().any(|kind| kind.kind == PrescriberKind::Doctor) {
        return Ok(());
    }
    let fault = || Fault::new("", "required", "Doctors prescribe. Give the entry as it is to be.");
    let removed = changes.iter().find(|(key, _)| key.starts_with(PrescriberKind::Doctor.as_str()));
    Err(removed.map_or_else(|| EntryFault::new(ReferenceDataset::Prescribers, "", fault()), |(_, change)| change.fault(fault())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prescriptions::model::medicine::ControlledDrugSchedule;
    use platform::ids::Id;
    use serde_json::{Value, json};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn change(dataset: ReferenceDataset, key: &str, entry: Value) -> DatedChange {
        let (valid_from, entry) = (day("2027-02-01"), (!entry.is_null()).then_some(entry));
        DatedChange { id: Id::NO_RECORD, dataset, key: key.to_owned(), valid_from, number: 1, entry }
    }

    fn built(dataset: ReferenceDataset, key: &str, entry: Value) -> Result<Catalogue, EntryFault> {
        build(&Changes::new(vec![change(dataset, key, entry)]), day("2027-02-01"))
    }

    fn fault(dataset: ReferenceDataset, key: &str, entry: Value) -> (String, String) {
        let found = built(dataset, key, entry).map(|_| ()).unwrap_err();
        (found.key, found.fault.member)
    }

    fn medicine(member: &str, value: Value) -> Value {
        let mut entry = json!({ "name": "Vortioxetine 5mg tablets", "form": "Tablets", "strength": "5 mg",
            "ingredients": ["sertraline"], "unit": "tablet", "routes": ["oral"], "contains": "5", "contains_unit": "mg",
            "source": "dm+d" });
        entry[member] = value;
        entry
    }

    fn substance(schedule: &str) -> Value {
        json!({ "classes": ["gabapentinoid"], "schedule": schedule, "misuse": true, "source": "An instrument of 2027" })
    }

    const ID: &str = "vortioxetine-5mg-tablets";

    #[test]
    fn nothing_changes_before_the_first_day() {
        let changes = Changes::new(vec![change(ReferenceDataset::Medicines, "sertraline-50mg-tablets", Value::Null)]);
        assert!(build(&changes, day("2027-01-31")).unwrap().medicine("sertraline-50mg-tablets").is_some());
        assert!(build(&changes, day("2027-02-01")).unwrap().medicine("sertraline-50mg-tablets").is_none());
    }

    #[test]
    fn an_added_medicine_is_listed_in_the_order_of_ids() {
        let catalogue = built(ReferenceDataset::Medicines, ID, medicine("strength", json!("5 mg"))).unwrap();
        let added = catalogue.medicine(ID).unwrap();
        assert_eq!((added.valid_from, added.valid_to), (day("2027-02-01"), None));
        assert!(catalogue.medicines.is_sorted_by_key(|medicine| &medicine.id));
        let shipped = catalogue::catalogue().medicines.iter().map(|medicine| &medicine.id);
        assert!(shipped.is_sorted(), "so that nothing else moves");
    }

    #[test]
    fn a_wrong_medicine_is_refused_at_its_member() {
        for (member, value) in [
            ("ingredients", json!(["sugar"])),
            ("unit", json!("barrel")),
            ("form", json!("Ingots")),
            ("routes", json!(["intravenous"])),
            ("contains_unit", json!("barrel")),
            ("code", json!("321196005")),
            ("schedule", json!("not_controlled")),
        ] {
            let mut entry = medicine(member, value.clone());
            if member == "schedule" {
                entry["ingredients"] = json!(["morphine"]);
            }
            let (key, found) = fault(ReferenceDataset::Medicines, ID, entry);
            assert!(key == ID && found.starts_with(&format!("/{member}")), "{member}: {found}");
        }
        assert_eq!(fault(ReferenceDataset::Medicines, ID, medicine("contains", Value::Null)).1, "/contains_unit");
        assert_eq!(fault(ReferenceDataset::Medicines, ID, medicine("colour", json!("blue"))).1, "");
        assert_eq!(fault(ReferenceDataset::Medicines, "Vortioxetine", medicine("unit", json!("tablet"))).1, KEY);
        assert_eq!(fault(ReferenceDataset::Medicines, ID, medicine("brands", json!(["\u{1F642}"]))).1, "/brands/0");
    }

    #[test]
    fn a_substance_changes_its_schedule_and_its_medicines_with_it() {
        let catalogue = built(ReferenceDataset::ControlledSubstances, "pregabalin", substance("cd2")).unwrap();
        assert_eq!(catalogue.substance("pregabalin").unwrap().schedule, ControlledDrugSchedule::Cd2);
        assert_eq!(catalogue.substances.len(), catalogue::catalogue().substances.len());
        // A medicine needs its substance, and no name is used twice.
        let lost = fault(ReferenceDataset::ControlledSubstances, "sertraline", Value::Null);
        assert!(lost.0.starts_with("sertraline-") && lost.1 == "/ingredients/0", "{lost:?}");
        let mut twice = substance("cd3");
        twice["synonyms"] = json!(["lyrican", "sertraline"]);
        let twice = fault(ReferenceDataset::ControlledSubstances, "novelol", twice);
        assert_eq!(twice, ("novelol".to_owned(), "/synonyms/1".to_owned()));
        assert_eq!(fault(ReferenceDataset::ControlledSubstances, "Novelol", substance("cd3")).1, KEY);
    }

    #[test]
    fn a_dose_limit_is_replaced_by_its_key() {
        let limit = |mg: &str| json!({ "daily_mg": mg, "effect": "refuse", "source": "MHRA" });
        let catalogue = built(ReferenceDataset::MedicineLimits, "dose:citalopram:oral", limit("30")).unwrap();
        let shipped = &catalogue::catalogue().safety.maximum_doses;
        assert_eq!(catalogue.safety.maximum_doses.len(), shipped.len());
        let changed = catalogue.safety.maximum_doses.iter().find(|rule| rule.key() == "dose:citalopram:oral").unwrap();
        assert_eq!(changed.daily_mg.to_string(), "30");
        let added = built(ReferenceDataset::MedicineLimits, "dose:citalopram:oral:80", limit("10")).unwrap();
        assert_eq!(added.safety.maximum_doses.len(), shipped.len() + 1);
        for key in ["dose:citalopram", "dose:citalopram:by_ear", "dose:sugar:oral", "dose:citalopram:oral:065", "citalopram"] {
            assert_eq!(fault(ReferenceDataset::MedicineLimits, key, limit("30")), (key.to_owned(), KEY.to_owned()));
        }
        assert_eq!(fault(ReferenceDataset::MedicineLimits, "dose:citalopram:oral", limit("0")).1, "/daily_mg");
        let age = json!({ "from_age": 60, "detail": "Choose another.", "source": "MHRA" });
        let catalogue = built(ReferenceDataset::MedicineLimits, "age:hydroxyzine", age).unwrap();
        assert_eq!(catalogue.safety.ages.iter().map(|rule| rule.from_age).collect::<Vec<_>>(), [60]);
    }

    #[test]
    fn a_limit_of_prescriptions_holds_from_its_day_and_within_the_law() {
        let limit = |value: u16| json!({ "value": value, "source": "The lead" });
        let set = |key: &str, value: u16| built(ReferenceDataset::PrescribingLimits, key, limit(value));
        let shipped = &catalogue::catalogue().limits;
        let changed = set("controlled_supply_days", 14).unwrap().limits;
        assert_eq!((changed.controlled_supply_days.value, &changed.validity_months), (14, &shipped.validity_months));
        let changes = Changes::new(vec![change(ReferenceDataset::PrescribingLimits, "validity_months", limit(3))]);
        assert_eq!(build_limits(&changes, day("2027-01-31")).unwrap(), *shipped);
        assert_eq!(build_limits(&changes, day("2027-02-01")).unwrap().validity_months.value, 3);
        let fault = |key: &str, entry: Value| fault(ReferenceDataset::PrescribingLimits, key, entry).1;
        for (key, value) in
            [("controlled_supply_days", 31), ("controlled_validity_days", 29), ("validity_months", 7), ("most_issues", 0)]
        {
            assert_eq!(fault(key, limit(value)), "/value", "{key}");
        }
        assert_eq!(fault("supply_days", limit(1)), KEY);
        assert_eq!(fault("validity_months", Value::Null), "");
    }

    #[test]
    fn a_prescriber_is_changed_within_their_kind() {
        let entry =
            |schedules: Value, only: Value| json!({ "schedules": schedules, "only_controlled": only, "source": "SI 2027/1" });
        let dataset = ReferenceDataset::Prescribers;
        let nurse = "independent_nurse:nmc";
        let catalogue = built(dataset, nurse, entry(json!(["not_controlled", "cd5"]), Value::Null)).unwrap();
        let rule = |key: &str| catalogue.prescribers.kinds.iter().find(|kind| kind.key() == key).unwrap().clone();
        assert_eq!(rule(nurse).schedules, [ControlledDrugSchedule::NotControlled, ControlledDrugSchedule::Cd5]);
        let shipped = &catalogue::catalogue().prescribers.kinds;
        assert_eq!((rule(nurse).right, catalogue.prescribers.kinds.len()), (shipped[2].right, shipped.len()));
        let gone = built(dataset, nurse, Value::Null).unwrap();
        assert!(!gone.prescribers.kinds.iter().any(|kind| kind.key() == nurse));
        let paramedic = "independent_paramedic:hcpc";
        let only = |substance: &str, route: &str| json!([{ "substance": substance, "routes": [route] }]);
        let all = || json!(["not_controlled", "cd2"]);
        for (key, entry, member) in [
            ("independent_dietitian:hcpc", entry(all(), Value::Null), KEY),
            (nurse, entry(json!(["cd2"]), Value::Null), "/schedules"),
            (nurse, entry(json!(["not_controlled", "cd2", "cd2"]), Value::Null), "/schedules/2"),
            (paramedic, entry(all(), Value::Null), "/only_controlled"),
            (paramedic, entry(all(), only("sugar", "oral")), "/only_controlled/0/substance"),
            (paramedic, entry(all(), only("morphine", "by_ear")), "/only_controlled/0/routes"),
            ("doctor:gmc", Value::Null, ""),
        ] {
            assert_eq!(fault(dataset, key, entry), (key.to_owned(), member.to_owned()));
        }
    }
}
