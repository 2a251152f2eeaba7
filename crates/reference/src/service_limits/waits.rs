//! The standards of waiting times.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::embedded;
use crate::embedded::parse;
use crate::reference_data::figures::{Figure, Figures, first_absurd};
use crate::reference_data::model::{EntryFault, ReferenceDataset};
use crate::reference_data::overlay::Changes;
use crate::reference_data::{self, InForce, figures};
use platform::Tx;
use platform::error::Result;

/// The standards, the shortest wait first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitStandards {
    pub waits: Vec<WaitStandard>,
}

/// A standard of waiting times.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitStandard {
    /// The longest wait, in days.
    pub days: u16,
    /// The share of people who must be seen within it, in per cent.
    pub percent: u16,
    /// The public source.
    source: String,
}

embedded! {
    /// The standards that the program ships.
    pub fn shipped() -> WaitStandards = standards_from("data/waits.json");
}

/// Reads and checks the standards.
///
/// # Errors
/// The text cannot be read, the waits are not the two that figures use, or a share makes no sense or contradicts the other.
fn standards_from(text: &str) -> Result<WaitStandards, String> {
    let mut all: WaitStandards = parse(text)?;
    if all.waits.iter().map(|wait| wait.days).collect::<Vec<_>>() != [42, 126] {
        return Err("figures are counted for waits of 42 and 126 days".to_owned());
    }
    if let Some(key) = first_absurd(&mut all) {
        return Err(format!("{key} makes no sense"));
    }
    check_order(&all).map_err(|(key, detail)| format!("{key}: {detail}"))?;
    Ok(all)
}

/// Checks that no longer wait has a smaller share. Returns the key that is wrong, and how.
fn check_order(all: &WaitStandards) -> Result<(), (String, &'static str)> {
    let smaller = all.waits.windows(2).find(|pair| pair[1].percent < pair[0].percent);
    smaller
        .map_or(Ok(()), |pair| Err((pair[1].days.to_string(), "As many are seen within a longer wait as within a shorter one.")))
}

impl Figures for WaitStandards {
    fn figures(&mut self) -> Vec<Figure<'_>> {
        self.waits.iter_mut().map(figure).collect()
    }
}

fn figure(standard: &mut WaitStandard) -> Figure<'_> {
    let WaitStandard { days, percent, source } = standard;
    Figure::number(days.to_string(), percent, 50..=100, source)
}

/// The standards of a day.
///
/// # Errors
/// As [`reference_data::on`].
pub fn on(tx: &mut Tx, day: NaiveDate) -> Result<InForce<WaitStandards>> {
    reference_data::on(tx, day, &[ReferenceDataset::WaitingTimes], shipped(), build)
}

/// The standards that are known on a day.
///
/// # Errors
/// What is wrong with a changed standard.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<WaitStandards, EntryFault> {
    let mut all = shipped().clone();
    figures::lay_over(&mut all, changes, ReferenceDataset::WaitingTimes, on)?;
    let wrong = |(key, detail)| figures::out_of_order(ReferenceDataset::WaitingTimes, key, "/value", detail);
    check_order(&all).map_err(wrong)?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::assert_refused;

    #[test]
    fn the_shipped_standards_are_the_published_ones() {
        let waits: Vec<_> = shipped().waits.iter().map(|wait| (wait.days, wait.percent)).collect();
        assert_eq!(waits, [(42, 75), (126, 95)]);
    }

    #[test]
    fn standards_that_make_no_sense_are_refused() {
        let good = include_str!("data/waits.json");
        let cases = [
            ("\"days\": 42", "\"days\": 40", "42 and 126"),
            ("\"percent\": 75", "\"percent\": 7", "42 makes no sense"),
            ("\"percent\": 75", "\"percent\": 96", "126: As many"),
            ("\"percent\"", "\"per_cent\"", "unknown field"),
        ];
        assert_refused(good, standards_from, &cases);
    }
}
