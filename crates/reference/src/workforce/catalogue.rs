//! The built-in integrated care boards, trust mergers and bank holidays, read and checked once.

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::{Icb, SuccessorTrust};
use crate::embedded;
use crate::embedded::{first_duplicate, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidaysFile {
    #[serde(rename = "source")]
    _source: String,
    days: Vec<NaiveDate>,
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
    /// The bank holidays of England and Wales.
    pub fn bank_holidays() -> Vec<NaiveDate> = bank_holidays_from("data/bank_holidays.json");
}

/// Reads the bank holidays, which must be in order and without duplicates.
fn bank_holidays_from(text: &str) -> Result<Vec<NaiveDate>, String> {
    let days = parse::<HolidaysFile>(text)?.days;
    if days.is_sorted_by(|one, next| one < next) { Ok(days) } else { Err("a day appears twice, or is out of order".to_owned()) }
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
    match all.iter().find(|icb| !has_valid_successors(&all, icb)) {
        Some(icb) => Err(format!("{} has no successors that exist on the next day", icb.code)),
        None => Ok(all),
    }
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

fn has_valid_successors(all: &[Icb], icb: &Icb) -> bool {
    let Some(next_day) = icb.valid_to.and_then(|last| last.succ_opt()) else { return icb.successors.is_empty() };
    let exists = |code: &String| all.iter().any(|other| other.code == *code && other.in_force(next_day));
    !icb.successors.is_empty() && icb.successors.iter().all(exists)
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
        let cases = [("\"D7T5G\", \"name\"", "\"D7T5Z\", \"name\"", "no successors"), ("QWE", "QKK", "appears twice")];
        assert_refused(valid, boards_from, &cases);
        assert_refused(
            "{\"source\": \"\", \"days\": [\"2027-01-01\", \"2027-03-26\"]}",
            bank_holidays_from,
            &[("03-26", "01-01", "twice")],
        );
    }

    #[test]
    fn a_trust_has_one_successor_that_exists() {
        let cases = [("\"RM2\"", "\"RW3\"", "appears twice"), ("\"R0B\"", "\"RBZ\"", "dissolved itself")];
        assert_refused(include_str!("data/successor_trusts.json"), trusts_from, &cases);
    }
}
