//! The integrated care boards and bank holidays that travel inside the program, read and checked once.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::Icb;
use crate::embedded::{BrokenData, first_repeated, parse};

const ICBS: &str = "icbs.json";
const HOLIDAYS: &str = "bank_holidays.json";

/// The file of bank holidays as it travels inside the program.
pub const BANK_HOLIDAYS: &str = include_str!("data/bank_holidays.json");

static BOARDS: LazyLock<Result<Vec<Icb>, BrokenData>> = LazyLock::new(|| icbs_from(include_str!("data/icbs.json")));

static DAYS: LazyLock<Result<Vec<NaiveDate>, BrokenData>> =
    LazyLock::new(|| Ok(parse::<HolidaysFile>(HOLIDAYS, BANK_HOLIDAYS)?.days));

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

/// Every integrated care board inside the program, dissolved ones included.
///
/// # Errors
/// The file cannot be read or contradicts itself.
pub fn icbs() -> Result<&'static [Icb], &'static BrokenData> {
    BOARDS.as_deref()
}

/// The bank holidays of England and Wales inside the program.
///
/// # Errors
/// The file cannot be read.
pub fn bank_holidays() -> Result<&'static [NaiveDate], &'static BrokenData> {
    DAYS.as_deref()
}

/// Reads and checks the boards.
///
/// # Errors
/// The text cannot be read, a code appears twice, or a dissolved board has no successor that exists the day after.
pub fn icbs_from(text: &str) -> Result<Vec<Icb>, BrokenData> {
    let all = parse::<IcbsFile>(ICBS, text)?.icbs;
    if let Some(code) = first_repeated(all.iter().map(|icb| icb.code.as_str())) {
        return Err(BrokenData::new(ICBS, format!("{code} appears twice")));
    }
    match all.iter().find(|icb| !succession_is_whole(&all, icb)) {
        Some(icb) => Err(BrokenData::new(ICBS, format!("{} has no successors that fit", icb.code))),
        None => Ok(all),
    }
}

fn succession_is_whole(all: &[Icb], icb: &Icb) -> bool {
    let Some(next_day) = icb.valid_to.and_then(|last| last.succ_opt()) else { return icb.successors.is_empty() };
    let exists = |code: &String| all.iter().any(|other| other.code == *code && other.in_force(next_day));
    !icb.successors.is_empty() && icb.successors.iter().all(exists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workforce::model::Region;

    #[test]
    fn there_were_42_boards_and_there_are_36() {
        let all = icbs().unwrap();
        let count = |day: &str| all.iter().filter(|icb| icb.in_force(day.parse().unwrap())).count();
        assert_eq!([count("2022-06-30"), count("2022-07-01"), count("2026-03-31")], [0, 42, 42]);
        assert_eq!([count("2026-04-01"), count("2026-11-22")], [36, 36]);
        assert!(Region::ALL.iter().all(|region| all.iter().any(|icb| icb.region == *region && icb.valid_to.is_none())));
    }

    #[test]
    fn a_dissolved_board_needs_a_successor_that_exists() {
        let good = include_str!("data/icbs.json");
        let orphan = icbs_from(&good.replace("\"D7T5G\", \"name\"", "\"XXXXX\", \"name\"")).unwrap_err();
        assert!(orphan.problem.contains("no successors"), "{orphan}");
        assert!(icbs_from(&good.replacen("QWE", "QKK", 1)).unwrap_err().problem.contains("appears twice"));
    }
}
