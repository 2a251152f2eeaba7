//! Whether a change fits everything else, and what follows when it begins.

use chrono::NaiveDate;

use super::datasets;
use access::contacts;
use platform::Tx;
use platform::error::{Error, Result};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};
use reference::reference_data;
use reference::reference_data::in_force::internal;
use reference::reference_data::model::{EntryFault, ReferenceDataset};
use reference::reference_data::overlay::{Changes, DatedChange};
use reference::reference_data::queries::{self, ChangeRecord};
use reference::workforce::in_force::{closing_days_on, holiday_day};
use scheduling::calendar;

/// Checks a change: it fits the shipped data and the other changes on its first day, and on every later day on which another one begins.
/// The caller has locked the reference data.
///
/// # Errors
/// 422 that names the member; `line_unanswered` for a bank holiday on which no channel of the contact line would be answered.
pub fn check(tx: &mut Tx, new: &DatedChange) -> Result<()> {
    let changes = reference_data::changes(tx)?;
    if new.entry.is_none() {
        check_removal(&changes, new)?;
    }
    let entry = format!("/entry/{}", datasets::member(new.dataset, &new.key));
    check_among(&changes, new).map_err(|fault| fault.refusal((new.dataset, &new.key), &entry))?;
    if new.dataset == ReferenceDataset::BankHolidays {
        let holidays = closing_days_on(&changes.with(new.clone()), new.valid_from);
        let holidays = holidays.map_err(|fault| fault.refusal((new.dataset, &new.key), &entry))?;
        contacts::check_line_answered(tx, &holidays).map_err(at_key)?;
    }
    Ok(())
}

/// The hours are no part of the body; the day is its key.
fn at_key(mut error: Error) -> Error {
    error.refusal.fields.iter_mut().for_each(|field| "/key".clone_into(&mut field.pointer));
    error
}

fn check_removal(changes: &Changes, new: &DatedChange) -> Result<(), Refusal> {
    let refuse =
        |pointer: &str, code, detail: &'static str| Refusal::new(Reason::InvalidBody, detail).field(pointer, code, detail);
    if !new.dataset.can_lose_entries() {
        let detail = "An entry of this dataset cannot be removed. Give the entry as it is to be; a board ends by its last day.";
        return Err(refuse("/entry", "required", detail));
    }
    if !datasets::exists(changes, new.dataset, &new.key, new.valid_from) {
        return Err(refuse("/key", "unknown", "There is no entry with this key on that day."));
    }
    if new.dataset == ReferenceDataset::BankHolidays && holiday_day(&new.key).is_ok_and(|day| day < new.valid_from) {
        return Err(refuse("/key", "out_of_range", "The day is before the first day of the change. Choose a later day."));
    }
    Ok(())
}

fn check_among(changes: &Changes, new: &DatedChange) -> Result<(), EntryFault> {
    changes.days_from(new.valid_from).into_iter().try_for_each(|day| check_on(changes, new, day))
}

/// Checks the data of one day.
fn check_on(changes: &Changes, new: &DatedChange, day: NaiveDate) -> Result<(), EntryFault> {
    let reduced = without_misfits(changes, new.dataset, day);
    let others = reduced.as_ref().unwrap_or(changes);
    datasets::validate(&others.with(new.clone()), new.dataset, day)
}

/// The changes without entries that do not fit already, if there are any: a new release may have left several, and they are corrected
/// one by one.
fn without_misfits(changes: &Changes, dataset: ReferenceDataset, day: NaiveDate) -> Option<Changes> {
    let mut reduced: Option<Changes> = None;
    loop {
        let present = reduced.as_ref().unwrap_or(changes);
        let Err(fault) = datasets::validate(present, dataset, day) else { return reduced };
        match present.without(|change| fault.is_about(change.dataset, &change.key)) {
            Some(fewer) => reduced = Some(fewer),
            None => return reduced,
        }
    }
}

/// Carries out a change whose first day has come, if that is not done yet. The caller has locked the reference data.
///
/// # Errors
/// When the database fails.
pub fn begin(tx: &mut Tx, change: &ChangeRecord, by: Id) -> Result<()> {
    if !queries::begin(tx, change.id)? {
        return Ok(());
    }
    if change.dataset == ReferenceDataset::BankHolidays
        && let Ok(day) = holiday_day(&change.key)
    {
        let closed = is_closed(tx, change, day)?;
        calendar::holidays::change_day(tx, day, closed, by)?;
    }
    Ok(())
}

/// Whether the service is closed on this day by today's bank holidays. Other entries that do not fit count as if they were not there: they
/// stop no change but their own.
fn is_closed(tx: &mut Tx, change: &ChangeRecord, day: NaiveDate) -> Result<bool> {
    let (changes, today) = (reference_data::changes(tx)?, tx.now.london_day());
    let reduced = without_misfits(&changes, change.dataset, today);
    if reduced.as_ref().is_some_and(|reduced| !reduced.contains(change.id)) {
        return Err(Error::internal("the entry does not fit the data that this version of the program ships"));
    }
    let holidays = closing_days_on(reduced.as_ref().unwrap_or(&changes), today);
    Ok(holidays.map_err(|fault| internal(&fault))?.binary_search(&day).is_ok())
}

/// The stored entries that do not fit the data that this version of the program ships, today and on the days on which changes begin.
///
/// # Errors
/// When the database fails.
pub fn faults(tx: &mut Tx) -> Result<Vec<EntryFault>> {
    let (changes, today) = (reference_data::changes(tx)?, tx.now.london_day());
    let mut found: Vec<EntryFault> = Vec::new();
    for day in changes.days_from(today) {
        for dataset in ReferenceDataset::ALL {
            let fault = datasets::validate(&changes, *dataset, day).err();
            found.extend(fault.filter(|fault| !found.contains(fault)));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn board(key: &str, from: &str, number: i32, entry: Value) -> DatedChange {
        DatedChange {
            id: Id::NO_RECORD,
            dataset: ReferenceDataset::Boards,
            key: key.to_owned(),
            valid_from: day(from),
            number,
            entry: Some(entry),
        }
    }

    fn new_board() -> Value {
        json!({ "name": "Thames South", "region": "london", "valid_from": "2027-04-01" })
    }

    fn ended(successor: &str) -> Value {
        json!({ "name": "A board", "region": "london", "valid_from": "2022-07-01", "valid_until": "2027-03-31", "successors": [successor] })
    }

    #[test]
    fn a_change_is_compared_with_those_that_begin_later() {
        // From March on the successor is known; a change of February must fit by then, and until then.
        let later = Changes::new(vec![board("T9X1Z", "2027-03-01", 1, new_board())]);
        let fault = check_among(&later, &board("QWE", "2027-02-01", 2, ended("T9X1Z"))).unwrap_err();
        assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), ("QWE", "/successors/0"));
        assert_eq!(check_among(&later, &board("QWE", "2027-03-01", 2, ended("T9X1Z"))), Ok(()));
        // A board that a later change relies on is not taken away from it.
        let both =
            Changes::new(vec![board("T9X1Z", "2027-03-01", 1, new_board()), board("QWE", "2027-03-10", 2, ended("T9X1Z"))]);
        let mut postponed = new_board();
        postponed["valid_from"] = json!("2027-05-01");
        let fault = check_among(&both, &board("T9X1Z", "2027-03-05", 3, postponed)).unwrap_err();
        assert!(fault.is_about(ReferenceDataset::Boards, "QWE"), "{fault}");
    }

    #[test]
    fn entries_that_no_longer_fit_are_corrected_one_by_one() {
        let broken =
            Changes::new(vec![board("QKK", "2027-02-01", 1, ended("GONE1")), board("QWE", "2027-02-01", 2, ended("GONE2"))]);
        assert!(datasets::validate(&broken, ReferenceDataset::Boards, day("2027-02-02")).is_err());
        assert_eq!(check_among(&broken, &board("QWE", "2027-02-02", 3, ended("QMF"))), Ok(()));
        assert_eq!(check_among(&broken, &board("QKK", "2027-02-02", 3, ended("QMF"))), Ok(()));
        let still_wrong = check_among(&broken, &board("QWE", "2027-02-02", 3, ended("GONE3"))).unwrap_err();
        assert!(still_wrong.is_about(ReferenceDataset::Boards, "QWE"));
    }

    #[test]
    fn what_is_removed_must_be_there_and_not_be_needed() {
        let none = Changes::default();
        let removal = |dataset, key: &str| {
            let removed = DatedChange { dataset, entry: None, ..board(key, "2027-02-01", 1, Value::Null) };
            check_removal(&none, &removed).err().map(|refusal| refusal.fields[0].pointer.clone())
        };
        assert_eq!(removal(ReferenceDataset::BankHolidays, "2027-05-03"), None);
        assert_eq!(removal(ReferenceDataset::BankHolidays, "2027-05-04").as_deref(), Some("/key"));
        assert_eq!(removal(ReferenceDataset::BankHolidays, "2027-01-01").as_deref(), Some("/key"));
        assert_eq!(removal(ReferenceDataset::Medicines, "sertraline-50mg-tablets"), None);
        assert_eq!(removal(ReferenceDataset::Boards, "QWE").as_deref(), Some("/entry"));
        assert_eq!(removal(ReferenceDataset::FundingPrices, "assessment").as_deref(), Some("/entry"));
    }
}
