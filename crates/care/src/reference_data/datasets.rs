//! What each dataset is: the entries that the program ships, the form in which an entry is sent, and the checks of its own crate.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::dto::{ReferenceEntry, ReferenceEntryView};
use crate::follow_ups;
use crate::prescriptions;
use crate::prescriptions::catalogue::catalogue;
use crate::prescriptions::dto::ExactDecimal;
use crate::prescriptions::dto::entries::{AgeLimitEntry, DoseLimitEntry};
use crate::prescriptions::rules::medicines::is_listed;
use crate::risk;
use access::contacts;
use access::funding;
use access::funding::catalogue::figures;
use access::funding::dto::{SessionPriceEntry, TimeLimitEntry};
use access::funding::model::AppointmentKind;
use platform::error::{Error, Result};
use platform::refusal::{Reason, Refusal};
use platform::text::code;
use reference::reference_data::figures::{self, Figures, ShippedFigure};
use reference::reference_data::model::{EntryFault, ReferenceDataset, ReferenceSource};
use reference::reference_data::overlay::{Changes, DatedChange};
use reference::service_limits::{outreach, waits};
use reference::workforce;
use reference::workforce::dto::BoardEntry;

/// Checks a dataset, and those that are built with it, as they are on a day.
///
/// # Errors
/// The first entry that is wrong.
pub fn validate(changes: &Changes, dataset: ReferenceDataset, on: NaiveDate) -> Result<(), EntryFault> {
    match dataset {
        ReferenceDataset::BankHolidays => workforce::in_force::build_holidays(changes, on).map(drop),
        ReferenceDataset::Boards => workforce::in_force::build_boards(changes, on).map(drop),
        ReferenceDataset::Medicines
        | ReferenceDataset::MedicineLimits
        | ReferenceDataset::ControlledSubstances
        | ReferenceDataset::PrescribingLimits
        | ReferenceDataset::Prescribers => prescriptions::in_force::build(changes, on).map(drop),
        ReferenceDataset::FundingPrices => funding::in_force::build_prices(changes, on).map(drop),
        ReferenceDataset::FundingLimits => funding::in_force::build_limits(changes, on).map(drop),
        ReferenceDataset::TriageTimes => contacts::in_force::build(changes, on).map(drop),
        ReferenceDataset::AlertTimes => risk::in_force::build(changes, on).map(drop),
        ReferenceDataset::FollowUpPolicy => follow_ups::in_force::build(changes, on).map(drop),
        ReferenceDataset::OutreachLimits => outreach::build(changes, on).map(drop),
        ReferenceDataset::WaitingTimes => waits::build(changes, on).map(drop),
    }
}

/// The keys whose entry is a time of day.
const TIMES_OF_DAY: [&str; 4] = ["messages_from", "messages_until", "quiet_from", "quiet_until"];

/// A key in its normal form.
pub fn normal_key(dataset: ReferenceDataset, key: &str) -> String {
    match dataset {
        ReferenceDataset::Boards => code(key),
        _ => key.trim().to_owned(),
    }
}

/// The member in which an entry of this dataset and key is sent.
pub fn member(dataset: ReferenceDataset, key: &str) -> &'static str {
    match dataset {
        ReferenceDataset::BankHolidays => "bank_holiday",
        ReferenceDataset::Boards => "board",
        ReferenceDataset::Medicines => "medicine",
        ReferenceDataset::ControlledSubstances => "substance",
        ReferenceDataset::MedicineLimits if key.starts_with("age:") => "age_limit",
        ReferenceDataset::MedicineLimits => "dose_limit",
        ReferenceDataset::FundingPrices => "price",
        ReferenceDataset::FundingLimits => "time_limit",
        ReferenceDataset::Prescribers => "prescriber",
        ReferenceDataset::FollowUpPolicy | ReferenceDataset::OutreachLimits if TIMES_OF_DAY.contains(&key) => "time_of_day",
        ReferenceDataset::PrescribingLimits
        | ReferenceDataset::TriageTimes
        | ReferenceDataset::AlertTimes
        | ReferenceDataset::FollowUpPolicy
        | ReferenceDataset::OutreachLimits
        | ReferenceDataset::WaitingTimes => "figure",
    }
}

/// The one entry in a body, as it is stored.
///
/// # Errors
/// [`Reason::InvalidBody`] at the member that is missing, or that belongs to another dataset.
pub fn document(dataset: ReferenceDataset, key: &str, entry: &ReferenceEntry) -> Result<Value> {
    let mut entry = entry.clone();
    entry.board.iter_mut().for_each(BoardEntry::normalise);
    let written = serde_json::to_value(&entry).map_err(|_| Error::internal("an entry cannot be written"))?;
    let Value::Object(mut given) = written else { return Err(Error::internal("an entry is no object")) };
    let wanted = member(dataset, key);
    let found = given.remove(wanted);
    let refusal = Refusal::new(Reason::InvalidBody, "Give exactly the member that belongs to the dataset and the key.");
    let refusal = given.keys().fold(refusal, |refusal, name| {
        refusal.field(format!("/entry/{name}"), "not_allowed", "This does not belong to the dataset and the key. Leave it out.")
    });
    match found {
        Some(found) if refusal.fields.is_empty() => Ok(as_stored(dataset, found)),
        Some(_) => Err(refusal.into()),
        None => Err(refusal.field(format!("/entry/{wanted}"), "required", "This is required.").into()),
    }
}

/// The last day of a board is stored as `valid_to`, which the version before `valid_until` reads. [`BoardEntry`] reads both.
fn as_stored(dataset: ReferenceDataset, mut entry: Value) -> Value {
    if dataset == ReferenceDataset::Boards
        && let Some(members) = entry.as_object_mut()
        && let Some(last) = members.remove("valid_until")
    {
        members.insert("valid_to".to_owned(), last);
    }
    entry
}

/// A stored entry as it is shown.
///
/// # Errors
/// [`Error::internal`] when it has another form.
pub fn shown(dataset: ReferenceDataset, key: &str, stored: Value) -> Result<ReferenceEntry> {
    let wrapped = Value::Object(Map::from_iter([(member(dataset, key).to_owned(), stored)]));
    serde_json::from_value(wrapped).map_err(|_| Error::internal("a stored entry has another form"))
}

/// The entries in force on a day, by key.
///
/// # Errors
/// As [`shown`].
pub fn in_force_on(changes: &Changes, dataset: ReferenceDataset, on: NaiveDate) -> Result<Vec<ReferenceEntryView>> {
    let shipped = shipped(dataset, on).into_iter().map(|(key, entry)| {
        let view =
            ReferenceEntryView { key: key.clone(), source: ReferenceSource::Shipped, valid_from: None, change_id: None, entry };
        (key, view)
    });
    let mut found: BTreeMap<String, ReferenceEntryView> = shipped.collect();
    for (key, change) in changes.in_force_on(dataset, on) {
        match changed(change)? {
            Some(view) => _ = found.insert(key.to_owned(), view),
            None => _ = found.remove(key),
        }
    }
    Ok(found.into_values().collect())
}

fn changed(change: &DatedChange) -> Result<Option<ReferenceEntryView>> {
    let Some(entry) = change.entry.clone() else { return Ok(None) };
    Ok(Some(ReferenceEntryView {
        key: change.key.clone(),
        source: ReferenceSource::Changed,
        valid_from: Some(change.valid_from),
        change_id: Some(change.id),
        entry: shown(change.dataset, &change.key, entry)?,
    }))
}

/// Whether there is an entry with this key on a day.
pub fn exists(changes: &Changes, dataset: ReferenceDataset, key: &str, on: NaiveDate) -> bool {
    match changes.in_force_on(dataset, on).get(key) {
        Some(change) => change.entry.is_some(),
        None => shipped(dataset, on).iter().any(|(known, _)| known == key),
    }
}

/// The shipped entries of a day, each with its key.
fn shipped(dataset: ReferenceDataset, on: NaiveDate) -> Vec<(String, ReferenceEntry)> {
    match dataset {
        ReferenceDataset::BankHolidays => workforce::catalogue::holidays()
            .iter()
            .map(|holiday| {
                let entry = ReferenceEntry { bank_holiday: Some(holiday.into()), ..ReferenceEntry::default() };
                (holiday.day.to_string(), entry)
            })
            .collect(),
        ReferenceDataset::Boards => workforce::catalogue::boards()
            .iter()
            .map(|board| (board.code.clone(), ReferenceEntry { board: Some(board.into()), ..ReferenceEntry::default() }))
            .collect(),
        ReferenceDataset::Medicines => catalogue()
            .medicines
            .iter()
            .filter(|medicine| is_listed(medicine, on))
            .map(|medicine| {
                (medicine.id.clone(), ReferenceEntry { medicine: Some(medicine.into()), ..ReferenceEntry::default() })
            })
            .collect(),
        ReferenceDataset::ControlledSubstances => catalogue()
            .substances
            .iter()
            .map(|substance| {
                (substance.name.clone(), ReferenceEntry { substance: Some(substance.into()), ..ReferenceEntry::default() })
            })
            .collect(),
        ReferenceDataset::MedicineLimits => shipped_limits(),
        ReferenceDataset::FundingPrices => shipped_prices(on),
        ReferenceDataset::FundingLimits => shipped_time_limits(on),
        ReferenceDataset::PrescribingLimits => shipped_figures(catalogue().limits.clone()),
        ReferenceDataset::Prescribers => catalogue()
            .prescribers
            .kinds
            .iter()
            .map(|kind| (kind.key(), ReferenceEntry { prescriber: Some(kind.into()), ..ReferenceEntry::default() }))
            .collect(),
        ReferenceDataset::TriageTimes => shipped_figures(contacts::catalogue::triage().clone()),
        ReferenceDataset::AlertTimes => shipped_figures(risk::catalogue::policy().clone()),
        ReferenceDataset::FollowUpPolicy => shipped_figures(follow_ups::policy::policy().clone()),
        ReferenceDataset::OutreachLimits => shipped_figures(outreach::shipped().clone()),
        ReferenceDataset::WaitingTimes => shipped_figures(waits::shipped().clone()),
    }
}

fn shipped_figures(data: impl Figures) -> Vec<(String, ReferenceEntry)> {
    let entry = |figure| match figure {
        ShippedFigure::Number(figure) => ReferenceEntry { figure: Some(figure), ..ReferenceEntry::default() },
        ShippedFigure::TimeOfDay(time) => ReferenceEntry { time_of_day: Some(time), ..ReferenceEntry::default() },
    };
    figures::shipped(data).into_iter().map(|(key, figure)| (key, entry(figure))).collect()
}

fn shipped_limits() -> Vec<(String, ReferenceEntry)> {
    let safety = &catalogue().safety;
    let doses = safety.maximum_doses.iter().map(|rule| {
        let limit = DoseLimitEntry { daily_mg: ExactDecimal(rule.daily_mg), effect: rule.effect, source: rule.source.clone() };
        (rule.key(), ReferenceEntry { dose_limit: Some(limit), ..ReferenceEntry::default() })
    });
    let ages = safety.ages.iter().map(|rule| {
        let limit = AgeLimitEntry { from_age: rule.from_age, detail: rule.detail.clone(), source: rule.source.clone() };
        (rule.key(), ReferenceEntry { age_limit: Some(limit), ..ReferenceEntry::default() })
    });
    doses.chain(ages).collect()
}

fn shipped_prices(on: NaiveDate) -> Vec<(String, ReferenceEntry)> {
    let priced = AppointmentKind::ALL.iter().filter_map(|session| figures().priced(*session, on));
    let entry = |price: &funding::model::Price| {
        let shown = SessionPriceEntry { pence: price.pence, source: price.source.clone() };
        (price.session.as_str().to_owned(), ReferenceEntry { price: Some(shown), ..ReferenceEntry::default() })
    };
    priced.map(entry).collect()
}

/// None on a day before the first limits.
fn shipped_time_limits(on: NaiveDate) -> Vec<(String, ReferenceEntry)> {
    let Ok(limits) = figures().limits(on) else { return Vec::new() };
    let entry = |(name, value): (&str, u16)| {
        let shown = TimeLimitEntry { value, source: limits.source.clone() };
        (name.to_owned(), ReferenceEntry { time_limit: Some(shown), ..ReferenceEntry::default() })
    };
    limits.named().into_iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_shipped_entry_fits_as_a_change_of_itself() {
        let on: NaiveDate = "2025-12-01".parse().unwrap();
        for dataset in ReferenceDataset::ALL {
            let entries = shipped(*dataset, "2027-02-01".parse().unwrap());
            assert!(entries.len() > 1, "{dataset:?}");
            let change = |(number, (key, entry)): (i32, &(String, ReferenceEntry))| DatedChange {
                id: platform::ids::Id::NO_RECORD,
                dataset: *dataset,
                key: key.clone(),
                valid_from: on,
                number,
                entry: Some(document(*dataset, key, entry).unwrap()),
            };
            let changes = Changes::new((1..).zip(&entries).map(change).collect());
            assert_eq!(validate(&changes, *dataset, "2027-02-01".parse().unwrap()), Ok(()), "{dataset:?}");
        }
    }

    #[test]
    fn an_entry_is_sent_in_the_member_of_its_dataset() {
        let holiday = json!({ "bank_holiday": { "name": "A day", "nations": ["england"] } });
        let entry: ReferenceEntry = serde_json::from_value(holiday.clone()).unwrap();
        assert_eq!(document(ReferenceDataset::BankHolidays, "2027-06-04", &entry).unwrap(), holiday["bank_holiday"]);
        let refused = document(ReferenceDataset::Boards, "QWE", &entry).unwrap_err();
        let pointers: Vec<&str> = refused.fields().iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(pointers, ["/entry/bank_holiday", "/entry/board"]);
        assert_eq!(member(ReferenceDataset::MedicineLimits, "age:hydroxyzine"), "age_limit");
        assert_eq!(member(ReferenceDataset::MedicineLimits, "dose:citalopram:oral"), "dose_limit");
        assert_eq!(member(ReferenceDataset::FollowUpPolicy, "messages_from"), "time_of_day");
        assert_eq!(member(ReferenceDataset::FollowUpPolicy, "chase:1"), "figure");
    }

    #[test]
    fn keys_of_boards_are_in_capitals() {
        assert_eq!(normal_key(ReferenceDataset::Boards, " qwe "), "QWE");
        assert_eq!(normal_key(ReferenceDataset::Medicines, " a-1 "), "a-1");
    }
}
