//! The time limits, prices and bank holidays that travel inside the program, read and checked once.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::{FundedSession, Limits, Price};
use platform::error::{Error, Result};
use reference::embedded::{BrokenData, parse};
use reference::workforce::catalogue::BANK_HOLIDAYS;

const LIMITS: &str = "limits.json";
const PRICES: &str = "prices.json";
const HOLIDAYS: &str = "bank_holidays.json";

/// Everything about funding that is data.
#[derive(Debug)]
pub struct Figures {
    limits: Vec<Limits>,
    prices: Vec<Price>,
    /// Days that are no working days although they are not of a weekend.
    pub holidays: Vec<NaiveDate>,
}

static FIGURES: LazyLock<Result<Figures, BrokenData>> =
    LazyLock::new(|| figures_from(include_str!("data/limits.json"), include_str!("data/prices.json"), BANK_HOLIDAYS));

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    limits: Vec<Limits>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesFile {
    prices: Vec<Price>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidaysFile {
    #[serde(rename = "source")]
    _source: String,
    days: Vec<NaiveDate>,
}

/// The figures inside the program. Ask once at the start, so that a broken file stops it there.
///
/// # Errors
/// [`Error::internal`] when a file cannot be read or contradicts itself.
pub fn figures() -> Result<&'static Figures> {
    FIGURES.as_ref().map_err(|broken| Error::internal(broken.to_string()))
}

/// Reads and checks the figures.
///
/// # Errors
/// A text cannot be read; time limits overlap or leave a gap; a session has no price or two of one day; a bank holiday is
/// there twice.
pub fn figures_from(limits: &str, prices: &str, holidays: &str) -> Result<Figures, BrokenData> {
    let mut limits = parse::<LimitsFile>(LIMITS, limits)?.limits;
    let prices = parse::<PricesFile>(PRICES, prices)?.prices;
    let mut holidays = parse::<HolidaysFile>(HOLIDAYS, holidays)?.days;
    limits.sort_by_key(|limits| limits.valid_from);
    let follows = |pair: &[Limits]| match pair {
        [first, second] => first.valid_to.and_then(|last| last.succ_opt()) == Some(second.valid_from),
        _ => true,
    };
    if limits.last().is_none_or(|last| last.valid_to.is_some()) || !limits.windows(2).all(follows) {
        return Err(BrokenData::new(LIMITS, "the limits must follow each other without a gap, and the last have no end"));
    }
    for session in FundedSession::ALL {
        let mut from: Vec<_> = prices.iter().filter(|price| price.session == *session).map(|price| price.from).collect();
        let known = from.len();
        from.sort();
        from.dedup();
        if from.is_empty() || from.len() != known {
            return Err(BrokenData::new(PRICES, format!("{} needs a price, and one a day", session.as_str())));
        }
    }
    if prices.iter().any(|price| price.pence < 0) {
        return Err(BrokenData::new(PRICES, "a price is less than nothing"));
    }
    let known = holidays.len();
    holidays.sort();
    holidays.dedup();
    if holidays.len() != known {
        return Err(BrokenData::new(HOLIDAYS, "a day is there twice"));
    }
    Ok(Figures { limits, prices, holidays })
}

impl Figures {
    /// The time limits of a day.
    ///
    /// # Errors
    /// [`Error::internal`] for a day before the first.
    pub fn limits(&self, on: NaiveDate) -> Result<&Limits> {
        let known = self.limits.iter().rfind(|limits| limits.valid_from <= on);
        known.ok_or_else(|| Error::internal("there are no time limits for a day so long ago"))
    }

    /// What a session costs when it is booked on a day, in pence.
    ///
    /// # Errors
    /// [`Error::internal`] for a day before the first price.
    pub fn price(&self, session: FundedSession, on: NaiveDate) -> Result<i32> {
        let known = self.prices.iter().filter(|price| price.session == session && price.from <= on);
        let newest = known.max_by_key(|price| price.from).map(|price| price.pence);
        newest.ok_or_else(|| Error::internal("there is no price for a day so long ago"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 3] = [include_str!("data/limits.json"), include_str!("data/prices.json"), BANK_HOLIDAYS];

    #[test]
    fn the_figures_inside_the_program_are_whole() {
        let figures = figures().unwrap();
        let today = "2027-01-11".parse().unwrap();
        assert_eq!((figures.limits(today).unwrap().papers_working_days, figures.limits(today).unwrap().appeal_days), (10, 28));
        assert!(figures.price(FundedSession::Assessment, today).unwrap() > 0);
        assert!(figures.limits("2019-01-01".parse().unwrap()).is_err());
    }

    #[test]
    fn a_contradiction_in_a_file_is_refused() {
        let [limits, prices, holidays] = FILES;
        let broken = |limits: &str, prices: &str, holidays: &str| figures_from(limits, prices, holidays).unwrap_err().problem;
        assert!(broken(&limits.replace("null", "\"2027-01-01\""), prices, holidays).contains("no end"));
        assert!(broken(limits, &prices.replace("assessment", "treatment"), holidays).contains("assessment needs a price"));
        assert!(broken(limits, &prices.replace("9500", "-1"), holidays).contains("less than nothing"));
        assert!(broken(limits, prices, &holidays.replace("2027-01-01", "2026-01-01")).contains("twice"));
        assert!(broken(&limits.replace("appeal_days", "appeal_weeks"), prices, holidays).contains("unknown field"));
    }
}
