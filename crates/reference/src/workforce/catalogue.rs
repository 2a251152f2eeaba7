//! The integrated care boards, trust mergers and bank holidays that the program ships, read and checked once. Boards and bank holidays
//! with the changes of administrators: [`super::in_force`].

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::{BankHoliday, Icb, SuccessorTrust};
use super::rules::{check_boards, check_holiday, closing_days};
use crate::embedded;
use crate::embedded::{first_duplicate, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidaysFile {
    #[serde(rename = "source")]
    _source: String,
    holidays: Vec<BankHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IcbsFile {
    icbs: Vec<Icb>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustsFile {
    #[serde(rename = "source")]
    _source: String,
    successors: Vec<SuccessorTrust>,
}

embedded! {
    /// Every integrated care board, including dissolved ones.
    pub fn boards() -> Vec<Icb> = boards_from("data/icbs.json");
}

embedded! {
    /// Dissolved trusts and those that took them over. After a change, raise `platform::names::COMPARISON_VERSION`: employers are
    /// indexed by it.
    pub fn successor_trusts() -> Vec<SuccessorTrust> = trusts_from("data/successor_trusts.json");
}

embedded! {
    /// The bank holidays, with their names and nations.
    pub fn holidays() -> Vec<BankHoliday> = holidays_from("data/bank_holidays.json");
}

embedded! {
    /// The days on which the service is closed for a bank holiday.
    pub fn bank_holidays() -> Vec<NaiveDate> = bank_holidays_from("data/bank_holidays.json");
}

/// Reads the bank holidays, which must be in order and without duplicates.
fn holidays_from(text: &str) -> Result<Vec<BankHoliday>, String> {
    let all = parse::<HolidaysFile>(text)?.holidays;
    if !all.is_sorted_by(|one, next| one.day < next.day) {
        return Err("a day appears twice, or is out of order".to_owned());
    }
    let faulty = all.iter().find_map(|holiday| Some((holiday.day, check_holiday(holiday).err()?)));
    faulty.map_or(Ok(all), |(day, fault)| Err(format!("{day}: {fault}")))
}

fn bank_holidays_from(text: &str) -> Result<Vec<NaiveDate>, String> {
    holidays_from(text).map(|all| closing_days(&all))
}

/// Reads and checks the boards.
///
/// # Errors
/// The text cannot be read, a code appears twice, or a dissolved board has no successor that exists on the next day.
fn boards_from(text: &str) -> Result<Vec<Icb>, String> {
    let all = parse::<IcbsFile>(text)?.icbs;
    if let Some(code) = first_duplicate(all.iter().map(|icb| icb.code.as_str())) {
        return Err(format!("{code} appears twice"));
    }
    check_boards(&all).map_err(|(code, fault)| format!("{code}{fault}"))?;
    Ok(all)
}

/// Reads and checks the successors of trusts.
///
/// # Errors
/// The text cannot be read, a trust appears twice, or a successor is dissolved itself.
fn trusts_from(text: &str) -> Result<Vec<SuccessorTrust>, String> {
    let all = parse::<TrustsFile>(text)?.successors;
    if let Some(code) = first_duplicate(all.iter().map(|trust| trust.code.as_str())) {
        return Err(format!("{code} appears twice"));
    }
    match all.iter().find(|trust| all.iter().any(|other| other.code == trust.successor)) {
        Some(trust) => Err(format!("the successor of {} is dissolved itself", trust.code)),
        None => Ok(all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::assert_refused;
    use crate::workforce::model::Region;

    #[test]
    fn there_were_42_boards_until_march_2026_and_36_since() {
        let all = boards();
        let count = |day: &str| all.iter().filter(|icb| icb.in_force(day.parse().unwrap())).count();
        assert_eq!([count("2022-06-30"), count("2022-07-01"), count("2026-03-31")], [0, 42, 42]);
        assert_eq!([count("2026-04-01"), count("2026-11-22")], [36, 36]);
        assert!(Region::ALL.iter().all(|region| all.iter().any(|icb| icb.region == *region && icb.valid_to.is_none())));
    }

    #[test]
    fn a_dissolved_board_needs_a_successor_that_exists() {
        let valid = include_str!("data/icbs.json");
        let cases = [
            ("\"D7T5G\", \"name\"", "\"D7T5Z\", \"name\"", "exists on the next day"),
            (
                "\"valid_to\": \"2026-03-31\", \"successors\": [\"S1Y5D\"]",
                "\"valid_to\": null, \"successors\": [\"S1Y5D\"]",
                "no last day",
            ),
            ("QWE", "QKK", "appears twice"),
        ];
        assert_refused(valid, boards_from, &cases);
    }

    #[test]
    fn bank_holidays_are_in_order_and_have_names_and_nations() {
        let cases = [
            ("2027-03-26", "2027-01-01", "twice"),
            ("\"Good Friday\"", "\"\"", "/name"),
            ("[\"england\", \"wales\"]", "[]", "/nations"),
        ];
        assert_refused(include_str!("data/bank_holidays.json"), bank_holidays_from, &cases);
        assert_eq!(bank_holidays().len(), holidays().len(), "all that are shipped are days of England");
    }

    #[test]
    fn a_trust_has_one_successor_that_exists() {
        let cases = [("\"RM2\"", "\"RW3\"", "appears twice"), ("\"R0B\"", "\"RBZ\"", "dissolved itself")];
        assert_refused(include_str!("data/successor_trusts.json"), trusts_from, &cases);
    }
}
