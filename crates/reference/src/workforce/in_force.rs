//! Boards and bank holidays on a day: those that the program ships, with the changes of administrators.

use chrono::NaiveDate;

use super::catalogue;
use super::dto::{BankHolidayEntry, BoardEntry};
use super::model::{BankHoliday, Icb};
use super::rules::{check_boards, check_holiday, closing_days};
use crate::reference_data::model::{EntryFault, Fault, KEY, ReferenceDataset};
use crate::reference_data::overlay::{Changes, apply_changes};
use crate::reference_data::{self, InForce};
use platform::Tx;
use platform::error::Result;

/// The days on which the service is closed for a bank holiday, as they are known today.
///
/// # Errors
/// As [`reference_data::on`].
pub fn bank_holidays(tx: &mut Tx) -> Result<InForce<Vec<NaiveDate>>> {
    let today = tx.now.london_day();
    reference_data::on(tx, today, &[ReferenceDataset::BankHolidays], catalogue::bank_holidays(), closing_days_on)
}

/// The same for help that must not wait until a wrong entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub fn bank_holidays_or_shipped(tx: &mut Tx) -> Result<InForce<Vec<NaiveDate>>> {
    let today = tx.now.london_day();
    reference_data::on_or_shipped(tx, today, &[ReferenceDataset::BankHolidays], catalogue::bank_holidays(), closing_days_on)
}

/// Every integrated care board, including dissolved and future ones, as they are known today.
///
/// # Errors
/// As [`reference_data::on`].
pub fn boards(tx: &mut Tx) -> Result<InForce<Vec<Icb>>> {
    let today = tx.now.london_day();
    boards_on(tx, today)
}

/// The same as they are known on a day, or today if it is past.
///
/// # Errors
/// As [`reference_data::on`].
pub fn boards_on(tx: &mut Tx, day: NaiveDate) -> Result<InForce<Vec<Icb>>> {
    let day = day.max(tx.now.london_day());
    reference_data::on(tx, day, &[ReferenceDataset::Boards], catalogue::boards(), build_boards)
}

/// The same for help that must not wait until a wrong entry is corrected.
///
/// # Errors
/// As [`reference_data::on_or_shipped`].
pub fn boards_or_shipped(tx: &mut Tx, day: NaiveDate) -> Result<InForce<Vec<Icb>>> {
    let day = day.max(tx.now.london_day());
    reference_data::on_or_shipped(tx, day, &[ReferenceDataset::Boards], catalogue::boards(), build_boards)
}

/// The bank holidays that are known on a day.
///
/// # Errors
/// What is wrong with a changed entry.
pub fn build_holidays(changes: &Changes, on: NaiveDate) -> Result<Vec<BankHoliday>, EntryFault> {
    let changes = changes.in_force_on(ReferenceDataset::BankHolidays, on);
    let read = |key: &str, entry: BankHolidayEntry, from: NaiveDate| {
        let day = holiday_day(key)?;
        if day < from {
            return Err(Fault::new(KEY, "out_of_range", "The day is before the first day of the change. Choose a later day."));
        }
        let holiday = entry.holiday(day);
        check_holiday(&holiday).map(|()| holiday)
    };
    apply_changes(catalogue::holidays(), &changes, |holiday| holiday.day.to_string(), read)
}

/// The day of a bank holiday that its key names.
///
/// # Errors
/// A fault of the key.
pub fn holiday_day(key: &str) -> Result<NaiveDate, Fault> {
    let day: Option<NaiveDate> = key.parse().ok().filter(|day: &NaiveDate| day.to_string() == key);
    day.ok_or_else(|| Fault::new(KEY, "invalid_format", "Enter the day of the bank holiday, such as 2027-06-04."))
}

/// The days on which the service is closed, as they are known on a day.
///
/// # Errors
/// As [`build_holidays`].
pub fn closing_days_on(changes: &Changes, on: NaiveDate) -> Result<Vec<NaiveDate>, EntryFault> {
    build_holidays(changes, on).map(|all| closing_days(&all))
}

/// The boards that are known on a day.
///
/// # Errors
/// What is wrong with a changed entry, or with one that no longer fits the others.
pub fn build_boards(changes: &Changes, on: NaiveDate) -> Result<Vec<Icb>, EntryFault> {
    let changes = changes.in_force_on(ReferenceDataset::Boards, on);
    let read = |key: &str, entry: BoardEntry, _: NaiveDate| {
        if !is_board_code(key) {
            let detail = "Enter the ODS code: three to five capital letters and digits.";
            return Err(Fault::new(KEY, "invalid_format", detail));
        }
        let board = entry.board(key);
        if board.name.is_empty() {
            return Err(Fault::new("/name", "required", "Enter the name of the board."));
        }
        let shipped = catalogue::boards().iter().find(|shipped| shipped.code == key);
        if shipped.is_some_and(|shipped| shipped.valid_from < board.valid_from) {
            // Until that day it would be unknown, and registrations with it would be refused.
            return Err(Fault::new("/valid_from", "too_late", "This board exists already. Leave its first day as it is."));
        }
        Ok(board)
    };
    let all = apply_changes(catalogue::boards(), &changes, |board| board.code.clone(), read)?;
    check_boards(&all).map_err(|(code, fault)| EntryFault::new(ReferenceDataset::Boards, code, fault))?;
    Ok(all)
}

/// The codes of boards have three characters, and since 2026 five.
fn is_board_code(key: &str) -> bool {
    (3..=5).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference_data::overlay::DatedChange;
    use crate::workforce::rules::successor_boards;
    use platform::ids::Id;
    use serde_json::{Value, json};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn changes(dataset: ReferenceDataset, list: &[(&str, &str, Value)]) -> Changes {
        let change = |(number, (key, from, entry)): (i32, &(&str, &str, Value))| DatedChange {
            id: Id::NO_RECORD,
            dataset,
            key: (*key).to_owned(),
            valid_from: day(from),
            number,
            entry: (!entry.is_null()).then(|| entry.clone()),
        };
        Changes::new((1..).zip(list).map(change).collect())
    }

    #[test]
    fn a_bank_holiday_counts_from_the_day_of_its_change_and_a_moved_one_no_longer() {
        let all = changes(
            ReferenceDataset::BankHolidays,
            &[
                ("2027-06-04", "2027-02-01", json!({ "name": "A day of thanks", "nations": ["england", "wales"] })),
                ("2027-05-03", "2027-02-01", Value::Null),
                ("2027-11-30", "2027-02-01", json!({ "name": "St Andrew's Day", "nations": ["scotland"] })),
            ],
        );
        let before = closing_days_on(&all, day("2027-01-31")).unwrap();
        assert_eq!(before, *catalogue::bank_holidays());
        let after = closing_days_on(&all, day("2027-02-01")).unwrap();
        assert!(after.is_sorted() && after.contains(&day("2027-06-04")));
        assert!(!after.contains(&day("2027-05-03")) && !after.contains(&day("2027-11-30")));
        assert_eq!(after.len(), before.len());
    }

    #[test]
    fn a_wrong_bank_holiday_is_refused_at_its_member() {
        let fine = json!({ "name": "A day of thanks", "nations": ["england"] });
        for (key, entry, member) in [
            ("4 June 2027", fine.clone(), KEY),
            ("2027-6-4", fine.clone(), KEY),
            ("2027-01-31", fine, KEY),
            ("2027-06-04", json!({ "name": " ", "nations": ["england"] }), "/name"),
            ("2027-06-04", json!({ "name": "A day of thanks", "nations": [] }), "/nations"),
            ("2027-06-04", json!({ "name": "A day of thanks", "nations": ["england"], "colour": "blue" }), ""),
        ] {
            let all = changes(ReferenceDataset::BankHolidays, &[(key, "2027-02-01", entry)]);
            let fault = build_holidays(&all, day("2027-02-01")).unwrap_err();
            assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), (key, member), "{fault}");
        }
    }

    #[test]
    fn a_board_is_succeeded_on_the_day_that_its_change_says() {
        let new = json!({ "name": "Thames South", "region": "london", "valid_from": "2027-04-01" });
        let ended = json!({ "name": "South West London", "region": "london", "valid_from": "2022-07-01", "valid_until": "2027-03-31",
            "successors": ["T9X1Z"] });
        let list = [("T9X1Z", "2027-02-01", new), ("QWE", "2027-02-02", ended)];
        let all = changes(ReferenceDataset::Boards, &list);
        let successors = |known_on: &str, on: &str| {
            let boards = build_boards(&all, day(known_on)).unwrap();
            successor_boards(&boards, "QWE", day(on)).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(successors("2027-02-01", "2027-04-01"), ["QWE"]);
        assert_eq!(successors("2027-02-02", "2027-03-31"), ["QWE"]);
        assert_eq!(successors("2027-02-02", "2027-04-01"), ["T9X1Z"]);
        let alone = changes(ReferenceDataset::Boards, &list[1..]);
        let fault = build_boards(&alone, day("2027-02-02")).unwrap_err();
        assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), ("QWE", "/successors/0"));
    }

    #[test]
    fn a_wrong_board_is_refused_at_its_member() {
        let board = |valid_until: Value, successors: Value| {
            json!({ "name": "Thames South", "region": "london", "valid_from": "2027-04-01",
            "valid_until": valid_until, "successors": successors })
        };
        for (key, entry, member) in [
            ("thames", board(Value::Null, json!([])), KEY),
            ("QWE", board(Value::Null, json!([])), "/valid_from"),
            ("T9X1Z", board(json!("2027-03-31"), json!(["QKK"])), "/valid_until"),
            ("T9X1Z", board(json!("2028-03-31"), json!([])), "/successors"),
            ("T9X1Z", board(Value::Null, json!(["QKK"])), "/successors"),
            ("T9X1Z", board(json!("2028-03-31"), json!(["QKK", "QXX"])), "/successors/1"),
        ] {
            let all = changes(ReferenceDataset::Boards, &[(key, "2027-02-01", entry)]);
            let fault = build_boards(&all, day("2027-02-01")).unwrap_err();
            assert_eq!((fault.key.as_str(), fault.fault.member.as_str()), (key, member), "{fault}");
        }
    }
}
