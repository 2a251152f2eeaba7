//! The time limits and prices that the program ships, read and checked once. With the changes of administrators: [`super::in_force`].

use chrono::NaiveDate;
use serde::Deserialize;

use super::model::{ALLOWED_PENCE, AppointmentKind, Price, TimeLimits};
use platform::error::{Error, Result};
use reference::embedded;
use reference::embedded::parse;

/// The time limits and prices of funding.
#[derive(Debug)]
pub struct FundingFigures {
    limits: Vec<TimeLimits>,
    prices: Vec<Price>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    limits: Vec<TimeLimits>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PricesFile {
    prices: Vec<Price>,
}

embedded! {
    /// The figures embedded in the program.
    pub fn figures() -> FundingFigures = figures_from("data/limits.json", "data/prices.json");
}

/// Reads and checks the figures.
///
/// # Errors
/// A text cannot be read; time limits overlap or leave a gap; a session has no price, or two from the same day; a limit or a price is
/// outside its range.
fn figures_from(limits: &str, prices: &str) -> Result<FundingFigures, String> {
    let mut limits = parse::<LimitsFile>(limits)?.limits;
    let prices = parse::<PricesFile>(prices)?.prices;
    limits.sort_by_key(|limits| limits.valid_from);
    let follows = |pair: &[TimeLimits]| match pair {
        [first, second] => first.valid_to.and_then(|last| last.succ_opt()) == Some(second.valid_from),
        _ => true,
    };
    if limits.last().is_none_or(|last| last.valid_to.is_some()) || !limits.windows(2).all(follows) {
        return Err("the limits must follow each other without a gap, and the last must have no end".to_owned());
    }
    if let Some(name) = limits.iter().find_map(TimeLimits::first_absurd) {
        return Err(format!("{name} is outside its range"));
    }
    for session in AppointmentKind::ALL {
        let mut from: Vec<_> = prices.iter().filter(|price| price.session == *session).map(|price| price.from).collect();
        let known = from.len();
        from.sort();
        from.dedup();
        if from.is_empty() || from.len() != known {
            return Err(format!("{} needs a price, and no more than one from any day", session.as_str()));
        }
    }
    if prices.iter().any(|price| !ALLOWED_PENCE.contains(&price.pence)) {
        return Err("a price is outside its range".to_owned());
    }
    Ok(FundingFigures { limits, prices })
}

impl FundingFigures {
    /// The time limits in force on a day.
    ///
    /// # Errors
    /// [`Error::internal`] for a day before the first.
    pub fn limits(&self, on: NaiveDate) -> Result<&TimeLimits> {
        let known = self.limits.iter().rfind(|limits| limits.valid_from <= on);
        known.ok_or_else(|| Error::internal("no time limits are known for this day"))
    }

    /// The price of a session booked on a day, in pence.
    ///
    /// # Errors
    /// [`Error::internal`] for a day before the first price.
    pub fn price(&self, session: AppointmentKind, on: NaiveDate) -> Result<i32> {
        let newest = self.priced(session, on).map(|price| price.pence);
        newest.ok_or_else(|| Error::internal("no price is known for this day"))
    }

    /// The price of a session booked on a day, with its source; `None` for a day before the first price.
    pub fn priced(&self, session: AppointmentKind, on: NaiveDate) -> Option<&Price> {
        let known = self.prices.iter().filter(|price| price.session == session && price.from <= on);
        known.max_by_key(|price| price.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reference::embedded::assert_refused;

    #[test]
    fn embedded_figures_are_complete() {
        let figures = figures();
        let today = "2027-01-11".parse().unwrap();
        assert_eq!((figures.limits(today).unwrap().papers_working_days, figures.limits(today).unwrap().appeal_days), (10, 28));
        assert!(figures.price(AppointmentKind::Assessment, today).unwrap() > 0);
        assert!(figures.limits("2019-01-01".parse().unwrap()).is_err());
    }

    #[test]
    fn contradictory_figures_are_refused() {
        let (limits, prices) = (include_str!("data/limits.json"), include_str!("data/prices.json"));
        let of_limits = [
            ("null", "\"2027-01-01\"", "no end"),
            ("appeal_days", "appeal_weeks", "unknown field"),
            ("\"reconsideration_months\": 3", "\"reconsideration_months\": 2", "reconsideration_months is outside its range"),
        ];
        assert_refused(limits, |limits| figures_from(limits, prices), &of_limits);
        let of_prices = [("assessment", "treatment", "assessment needs a price"), ("9500", "-1", "outside its range")];
        assert_refused(prices, |prices| figures_from(limits, prices), &of_prices);
    }
}
