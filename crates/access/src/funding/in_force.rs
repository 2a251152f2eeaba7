//! Time limits and prices of today: those that the program ships, with the changes of administrators.

use chrono::NaiveDate;

use super::catalogue::figures;
use super::dto::{SessionPriceEntry, TimeLimitEntry};
use super::model::{ALLOWED_PENCE, AppointmentKind, TimeLimits};
use platform::Tx;
use platform::error::Result;
use reference::reference_data::model::{EntryFault, Fault, KEY, ReferenceDataset};
use reference::reference_data::overlay::Changes;
use reference::reference_data::{self, InForce};

/// The time limits of today. While a stored limit is outside its range, those that the program ships count: a person who may appeal does
/// not wait until an entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub fn limits(tx: &mut Tx) -> Result<InForce<TimeLimits>> {
    let today = tx.now.london_day();
    reference_data::on_or_shipped(tx, today, &[ReferenceDataset::FundingLimits], figures().limits(today)?, build_limits)
}

/// The price of a session that is booked today, in pence.
///
/// # Errors
/// As [`reference_data::on`].
pub fn price(tx: &mut Tx, session: AppointmentKind) -> Result<i32> {
    let today = tx.now.london_day();
    price_on(tx, session, today)
}

/// The price of a session that was booked on a day, in pence, as it is known today.
///
/// # Errors
/// As [`reference_data::on`].
pub fn price_on(tx: &mut Tx, session: AppointmentKind, day: NaiveDate) -> Result<i32> {
    let changed = reference_data::changes(tx)?;
    let prices = build_prices(&changed, day).map_err(|fault| reference_data::in_force::internal(&fault))?;
    match prices.into_iter().find(|(priced, _)| *priced == session) {
        Some((_, price)) => Ok(price.pence),
        None => figures().price(session, day),
    }
}

/// The time limits that are known on a day.
///
/// # Errors
/// What is wrong with a changed limit.
pub fn build_limits(changes: &Changes, on: NaiveDate) -> Result<TimeLimits, EntryFault> {
    let none =
        |_| EntryFault::new(ReferenceDataset::FundingLimits, "", Fault::new("", "invalid", "There are no limits on this day."));
    let mut limits = figures().limits(on).map_err(none)?.clone();
    for (key, change) in changes.in_force_on(ReferenceDataset::FundingLimits, on) {
        let entry = change.read::<TimeLimitEntry>()?;
        let replaced = limits.named_mut(key).ok_or_else(|| Fault::new(KEY, "unknown", "There is no time limit of this name."));
        let read = replaced.and_then(|limit| match entry {
            None => Err(Fault::new("", "required", "A time limit is always needed.")),
            Some(entry) => {
                *limit = entry.value;
                check_range(key, entry.value)
            }
        });
        read.map_err(|fault| change.fault(fault))?;
    }
    Ok(limits)
}

fn check_range(key: &str, value: u16) -> Result<(), Fault> {
    match TimeLimits::allowed(key) {
        Some(allowed) if !allowed.contains(&value) => {
            let detail = format!("Choose a value from {} to {}.", allowed.start(), allowed.end());
            Err(Fault::new("/value", "out_of_range", detail))
        }
        _ => Ok(()),
    }
}

/// The changed prices that are known on a day.
///
/// # Errors
/// What is wrong with a changed price.
pub fn build_prices(changes: &Changes, on: NaiveDate) -> Result<Vec<(AppointmentKind, SessionPriceEntry)>, EntryFault> {
    let mut prices = Vec::new();
    for (key, change) in changes.in_force_on(ReferenceDataset::FundingPrices, on) {
        let session = AppointmentKind::parse(key).ok_or_else(|| Fault::new(KEY, "unknown", "There is no session of this kind."));
        let entry = change.read::<SessionPriceEntry>()?.ok_or_else(|| Fault::new("", "required", "A price is always needed."));
        let priced = session.and_then(|session| Ok((session, entry?)));
        let checked = priced.and_then(|(session, price)| {
            let (least, greatest) = (ALLOWED_PENCE.start(), ALLOWED_PENCE.end());
            let wrong = || Fault::new("/pence", "out_of_range", format!("Choose a value from {least} to {greatest}."));
            if ALLOWED_PENCE.contains(&price.pence) { Ok((session, price)) } else { Err(wrong()) }
        });
        prices.push(checked.map_err(|fault| change.fault(fault))?);
    }
    Ok(prices)
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::ids::Id;
    use reference::reference_data::overlay::DatedChange;
    use serde_json::{Value, json};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn change(dataset: ReferenceDataset, key: &str, entry: Value) -> Changes {
        let (valid_from, entry) = (day("2027-02-01"), (!entry.is_null()).then_some(entry));
        Changes::new(vec![DatedChange { id: Id::NO_RECORD, dataset, key: key.to_owned(), valid_from, number: 1, entry }])
    }

    #[test]
    fn a_changed_limit_holds_from_its_day_and_the_others_stay() {
        let changes = change(ReferenceDataset::FundingLimits, "appeal_days", json!({ "value": 42, "source": "The board" }));
        let shipped = figures().limits(day("2027-01-31")).unwrap();
        assert_eq!(build_limits(&changes, day("2027-01-31")).unwrap(), *shipped);
        let changed = build_limits(&changes, day("2027-02-01")).unwrap();
        assert_eq!(changed, TimeLimits { appeal_days: 42, ..shipped.clone() });
    }

    #[test]
    fn every_limit_can_be_changed_by_its_name() {
        let mut limits = figures().limits(day("2027-01-31")).unwrap().clone();
        for (place, (name, _)) in limits.named().into_iter().enumerate() {
            *limits.named_mut(name).unwrap() = u16::try_from(place + 500).unwrap();
        }
        let values: Vec<u16> = limits.named().iter().map(|(_, value)| *value).collect();
        assert_eq!(values, (500..510).collect::<Vec<u16>>());
        assert!(limits.named_mut("source").is_none() && TimeLimits::allowed("source").is_none());
        assert!(limits.named().iter().all(|(name, _)| TimeLimits::allowed(name).is_some()), "each has a range");
    }

    #[test]
    fn a_wrong_figure_is_refused_at_its_member() {
        let limit = |value: u16| json!({ "value": value, "source": "The board" });
        let refused = |key: &str, entry: Value| {
            let built = build_limits(&change(ReferenceDataset::FundingLimits, key, entry), day("2027-02-01"));
            built.err().map(|fault| fault.fault.member)
        };
        assert_eq!(refused("appeal_weeks", limit(6)).as_deref(), Some(KEY));
        for (key, allowed, absurd) in [
            ("papers_working_days", [5, 20], [4, 21].as_slice()),
            ("result_days", [1, 28], &[0, 29]),
            ("appeal_days", [28, 183], &[0, 1, 27, 184]),
            ("appeal_answer_days", [7, 56], &[6, 57]),
            ("reconsideration_months", [3, 12], &[0, 1, 2, 13]),
            ("decision_working_days", [20, 80], &[19, 81]),
            ("screening_working_days", [1, 10], &[0, 11]),
            ("information_days", [14, 92], &[13, 93]),
            ("reminder_days", [0, 14], &[15]),
            ("cancellation_notice_hours", [0, 72], &[73]),
        ] {
            for value in allowed {
                assert_eq!(refused(key, limit(value)), None, "{key} {value}");
            }
            for value in absurd {
                assert_eq!(refused(key, limit(*value)).as_deref(), Some("/value"), "{key} {value}");
            }
        }
        assert_eq!(refused("appeal_days", Value::Null).as_deref(), Some(""));
        let price = |key: &str, entry: Value| {
            let built = build_prices(&change(ReferenceDataset::FundingPrices, key, entry), day("2027-02-01"));
            built.map(|prices| prices[0].1.pence).map_err(|fault| fault.fault.member)
        };
        let pence = |pence: i32| json!({ "pence": pence, "source": "The board" });
        assert_eq!(price("assessment", pence(19_000)), Ok(19_000));
        assert_eq!(price("massage", pence(19_000)), Err(KEY.to_owned()));
        for (value, expected) in [
            (2_000, Ok(2_000)),
            (100_000, Ok(100_000)),
            (0, Err("/pence".to_owned())),
            (1_999, Err("/pence".to_owned())),
            (100_001, Err("/pence".to_owned())),
        ] {
            assert_eq!(price("assessment", pence(value)), expected, "{value}");
        }
        assert_eq!(price("assessment", Value::Null), Err(String::new()));
    }
}
