//! The months for which figures may be requested, and the rules of [`small_numbers`] for what may be published.
//!
//! [`small_numbers`]: platform::small_numbers

use chrono::{Datelike, NaiveDate};

use platform::refusal::{Reason, Refusal};
pub use platform::small_numbers::{
    MIN_HIDDEN_PEOPLE, MIN_PEOPLE, ROUNDING_STEP, centile, hidden, percent, publish, publish_amount, rounded,
};

/// The whole months of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    /// The first day of the first.
    pub from: NaiveDate,
    /// The first day after the last.
    pub until: NaiveDate,
}

/// How many months one request may cover.
const MAX_MONTHS: u32 = 60;

/// The months from `from` to `to`, both included. Without `to` the last month is the current one, and without `from` there are
/// twelve months. They select the periods that are listed; figures are never added up over them.
///
/// # Errors
/// [`Reason::InvalidParameter`] for text that is not a month, [`Reason::InvalidWindow`] for months that are in the wrong order or
/// too many.
pub fn months(from: Option<&str>, to: Option<&str>, today: NaiveDate) -> Result<Months, Refusal> {
    let present = today.with_day(1).unwrap_or(today);
    let last = to.map_or(Ok(present), |text| month(text, "until"))?;
    let before = |day: NaiveDate, months| day.checked_sub_months(chrono::Months::new(months)).unwrap_or(day);
    let from = from.map_or(Ok(before(last, 11)), |text| month(text, "from"))?;
    if from > last || from < before(last, MAX_MONTHS - 1) {
        let detail = format!("Choose one to {MAX_MONTHS} months, with the first not after the last.");
        return Err(Refusal::new(Reason::InvalidWindow, detail.clone()).field("from", "out_of_range", detail));
    }
    Ok(Months { from, until: last.checked_add_months(chrono::Months::new(1)).unwrap_or(last) })
}

fn month(text: &str, parameter: &'static str) -> Result<NaiveDate, Refusal> {
    let detail = "Enter a month such as 2027-01.";
    NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
        .map_err(|_| Refusal::new(Reason::InvalidParameter, detail).field(parameter, "invalid", detail))
}

#[cfg(test)]
mod tests;
