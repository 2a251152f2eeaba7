//! The changes in force on a day, and a dataset with them in place of its shipped entries.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::model::{EntryFault, Fault, ReferenceDataset};
use platform::ids::Id;

/// A change of one entry from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct DatedChange {
    pub id: Id,
    pub dataset: ReferenceDataset,
    pub key: String,
    /// The first day on which it is in force.
    pub valid_from: NaiveDate,
    /// Its place among all approved changes: of two from the same day the later one counts.
    pub number: i32,
    /// The entry; `None` where it is removed.
    pub entry: Option<Value>,
}

impl DatedChange {
    /// The entry in the form of its dataset; `None` where it is removed.
    ///
    /// # Errors
    /// The stored entry has another form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, EntryFault> {
        let wrong = |_: serde_json::Error| {
            self.fault(Fault::new("", "invalid", "The stored entry has another form than this program reads."))
        };
        self.entry.clone().map(serde_json::from_value).transpose().map_err(wrong)
    }

    /// What is wrong with this entry.
    pub fn fault(&self, fault: Fault) -> EntryFault {
        EntryFault::new(self.dataset, &self.key, fault)
    }
}

/// What a dataset is on a day, by dataset, type and day.
type Built = ((ReferenceDataset, TypeId, NaiveDate), Arc<dyn Any + Send + Sync>);

/// How many built values are kept with the changes: some datasets for a few days.
const KEPT: usize = 32;

/// All approved changes of one version.
#[derive(Debug, Default)]
pub struct Changes {
    all: Vec<DatedChange>,
    built: Mutex<Vec<Built>>,
}

impl Changes {
    /// The changes, in any order.
    pub fn new(all: Vec<DatedChange>) -> Self {
        Self { all, built: Mutex::default() }
    }

    /// The changes of a dataset that are in force on a day, by key.
    pub fn in_force_on(&self, dataset: ReferenceDataset, on: NaiveDate) -> BTreeMap<&str, &DatedChange> {
        let mut found: BTreeMap<&str, &DatedChange> = BTreeMap::new();
        for change in self.all.iter().filter(|change| change.dataset == dataset && change.valid_from <= on) {
            let counts = |known: &&DatedChange| (known.valid_from, known.number) < (change.valid_from, change.number);
            if found.get(change.key.as_str()).is_none_or(counts) {
                found.insert(&change.key, change);
            }
        }
        found
    }

    /// This day and every later one on which a change begins: between two of them nothing changes.
    pub fn days_from(&self, from: NaiveDate) -> BTreeSet<NaiveDate> {
        let later = self.all.iter().map(|change| change.valid_from).filter(|day| *day > from);
        later.chain([from]).collect()
    }

    /// Whether there is a change with this id.
    pub fn contains(&self, id: Id) -> bool {
        self.all.iter().any(|change| change.id == id)
    }

    /// The same with one more change.
    #[must_use]
    pub fn with(&self, change: DatedChange) -> Self {
        Self::new(self.all.iter().cloned().chain([change]).collect())
    }

    /// The same without the changes for which `is_left_out` is true; `None` when there are none.
    pub fn without(&self, is_left_out: impl Fn(&DatedChange) -> bool) -> Option<Self> {
        let kept: Vec<DatedChange> = self.all.iter().filter(|change| !is_left_out(change)).cloned().collect();
        (kept.len() < self.all.len()).then(|| Self::new(kept))
    }

    /// What `build` makes of the changes of a day, made once for each dataset, type and day.
    ///
    /// # Errors
    /// The error of `build`.
    pub fn built<T: Any + Send + Sync>(
        &self,
        dataset: ReferenceDataset,
        on: NaiveDate,
        build: impl FnOnce(&Self, NaiveDate) -> Result<T, EntryFault>,
    ) -> Result<Arc<T>, EntryFault> {
        let name = (dataset, TypeId::of::<T>(), on);
        let built = || self.built.lock().unwrap_or_else(PoisonError::into_inner);
        let known = built().iter().find(|(known, _)| *known == name).map(|(_, value)| Arc::clone(value));
        if let Some(value) = known.and_then(|value| value.downcast::<T>().ok()) {
            return Ok(value);
        }
        let value = Arc::new(build(self, on)?);
        let mut kept = built();
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((name, Arc::<T>::clone(&value)));
        Ok(value)
    }
}

/// The shipped entries of a dataset replaced by the changes of a day where there are any, in the order of the shipped ones; added entries follow in
/// the order of their keys.
///
/// # Errors
/// A stored entry cannot be read, or `read` finds it wrong.
pub fn apply_changes<T: Clone, E: DeserializeOwned>(
    shipped: &[T],
    changes: &BTreeMap<&str, &DatedChange>,
    key_of: impl Fn(&T) -> String,
    read: impl Fn(&str, E, NaiveDate) -> Result<T, Fault>,
) -> Result<Vec<T>, EntryFault> {
    let read = |change: &DatedChange| {
        let entry = change.read::<E>()?;
        let read = entry.map(|entry| read(&change.key, entry, change.valid_from)).transpose();
        read.map_err(|fault| change.fault(fault))
    };
    let mut found = Vec::with_capacity(shipped.len() + changes.len());
    let mut shipped_keys = BTreeSet::new();
    for entry in shipped {
        let key = key_of(entry);
        match changes.get(key.as_str()) {
            Some(change) => found.extend(read(change)?),
            None => found.push(entry.clone()),
        }
        shipped_keys.insert(key);
    }
    for (key, change) in changes {
        if !shipped_keys.contains(*key) {
            found.extend(read(change)?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn change(key: &str, from: &str, number: i32, entry: Option<u16>) -> DatedChange {
        DatedChange {
            id: Id::NO_RECORD,
            dataset: ReferenceDataset::FundingLimits,
            key: key.to_owned(),
            valid_from: day(from),
            number,
            entry: entry.map(|value| json!(value)),
        }
    }

    fn on(changes: &Changes, text: &str) -> Vec<(String, u16)> {
        let shipped = [("a".to_owned(), 1), ("b".to_owned(), 2)];
        let held = changes.in_force_on(ReferenceDataset::FundingLimits, day(text));
        apply_changes(&shipped, &held, |(key, _)| key.clone(), |key, value: u16, _| Ok((key.to_owned(), value))).unwrap()
    }

    fn entries(list: &[(&str, u16)]) -> Vec<(String, u16)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
    }

    #[test]
    fn the_change_that_began_last_holds_and_before_it_the_shipped_entry() {
        let changes = Changes::new(vec![
            change("a", "2027-03-01", 5, Some(30)),
            change("a", "2027-02-01", 6, Some(20)),
            change("b", "2027-02-15", 7, None),
            change("c", "2027-02-15", 8, Some(9)),
            change("0", "2027-02-15", 9, Some(8)),
        ]);
        assert_eq!(on(&changes, "2027-01-31"), entries(&[("a", 1), ("b", 2)]));
        assert_eq!(on(&changes, "2027-02-01"), entries(&[("a", 20), ("b", 2)]));
        assert_eq!(on(&changes, "2027-02-15"), entries(&[("a", 20), ("0", 8), ("c", 9)]));
        assert_eq!(on(&changes, "2027-03-01"), entries(&[("a", 30), ("0", 8), ("c", 9)]));
        assert!(changes.in_force_on(ReferenceDataset::Boards, day("2027-03-01")).is_empty(), "another dataset");
        let days: Vec<String> = changes.days_from(day("2027-02-10")).iter().map(ToString::to_string).collect();
        assert_eq!(days, ["2027-02-10", "2027-02-15", "2027-03-01"]);
    }

    #[test]
    fn of_two_changes_from_one_day_the_later_one_counts() {
        let changes = Changes::new(vec![change("a", "2027-02-01", 2, Some(20)), change("a", "2027-02-01", 1, Some(10))]);
        assert_eq!(on(&changes, "2027-02-01"), entries(&[("a", 20), ("b", 2)]));
        let with = changes.with(change("a", "2027-02-01", 3, None));
        assert_eq!(on(&with, "2027-02-01"), entries(&[("b", 2)]));
        let without = with.without(|change| change.number > 1).unwrap();
        assert_eq!(on(&without, "2027-02-01"), entries(&[("a", 10), ("b", 2)]));
        assert!(with.without(|change| change.number > 3).is_none());
    }

    #[test]
    fn an_entry_of_another_form_is_named() {
        let wrong = DatedChange { entry: Some(json!("ten")), ..change("a", "2027-02-01", 1, None) };
        let fault = wrong.read::<u16>().unwrap_err();
        assert!(fault.is_about(ReferenceDataset::FundingLimits, "a"), "{fault}");
    }

    #[test]
    fn what_is_built_for_a_day_is_built_once() {
        let changes = Changes::new(vec![change("a", "2027-02-01", 1, Some(20))]);
        let build = |text: &str| changes.built(ReferenceDataset::FundingLimits, day(text), |_, on| Ok(on.to_string())).unwrap();
        assert!(Arc::ptr_eq(&build("2027-02-01"), &build("2027-02-01")));
        assert_eq!(*build("2027-02-02"), "2027-02-02");
        for number in 0..40 {
            changes.built(ReferenceDataset::Boards, day("2027-02-01") + chrono::Days::new(number), |_, _| Ok(number)).unwrap();
        }
        assert_eq!(changes.built.lock().unwrap().len(), KEPT);
    }
}
