//! The limits and defaults of outreach campaigns.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer};

use crate::embedded;
use crate::embedded::parse;
use crate::reference_data::figures::{Figure, Figures, first_absurd};
use crate::reference_data::model::{EntryFault, ReferenceDataset};
use crate::reference_data::overlay::Changes;
use crate::reference_data::{self, InForce, figures};
use platform::Tx;
use platform::error::Result;

/// The limits and defaults of every campaign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutreachLimits {
    source: String,
    /// The default number of messages per hour.
    pub per_hour: u16,
    /// When the default quiet hours begin.
    #[serde(deserialize_with = "time_of_day")]
    pub quiet_from: NaiveTime,
    /// When they end.
    #[serde(deserialize_with = "time_of_day")]
    pub quiet_until: NaiveTime,
    /// How many days a campaign may last.
    pub longest_days: u16,
    /// How many recipients a campaign may have.
    pub most_recipients: u16,
}

fn time_of_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveTime::parse_from_str(&text, "%H:%M").map_err(serde::de::Error::custom)
}

embedded! {
    /// The limits that the program ships.
    pub fn shipped() -> OutreachLimits = limits_from("data/outreach.json");
}

/// Reads and checks the limits.
///
/// # Errors
/// The text cannot be read, or a limit makes no sense.
fn limits_from(text: &str) -> Result<OutreachLimits, String> {
    let mut limits: OutreachLimits = parse(text)?;
    first_absurd(&mut limits).map_or(Ok(limits), |key| Err(format!("{key} makes no sense")))
}

impl Figures for OutreachLimits {
    /// The ranges are the service's own choice (`docs/clinical-rules.md#reference-data`). The quiet hours span the night, whatever is entered.
    fn figures(&mut self) -> Vec<Figure<'_>> {
        let Self { source, per_hour, quiet_from, quiet_until, longest_days, most_recipients } = self;
        let source: &str = source;
        vec![
            Figure::number("per_hour", per_hour, 1..=3000, source),
            Figure::time_of_day("quiet_from", quiet_from, 17..=21, source),
            Figure::time_of_day("quiet_until", quiet_until, 7..=10, source),
            Figure::number("longest_days", longest_days, 1..=366, source),
            Figure::number("most_recipients", most_recipients, 1..=60_000, source),
        ]
    }
}

/// The limits of today.
///
/// # Errors
/// As [`reference_data::on`].
pub fn today(tx: &mut Tx) -> Result<InForce<OutreachLimits>> {
    let today = tx.now.london_day();
    reference_data::on(tx, today, &[ReferenceDataset::OutreachLimits], shipped(), build)
}

/// The limits that are known on a day.
///
/// # Errors
/// What is wrong with a changed limit.
pub fn build(changes: &Changes, on: NaiveDate) -> Result<OutreachLimits, EntryFault> {
    let mut limits = shipped().clone();
    figures::lay_over(&mut limits, changes, ReferenceDataset::OutreachLimits, on)?;
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded::assert_refused;

    #[test]
    fn limits_that_make_no_sense_are_refused() {
        let good = include_str!("data/outreach.json");
        let cases = [
            ("19:00", "25:00", "out of range"),
            ("19:00", "08:30", "quiet_from makes no sense"),
            ("600", "0", "per_hour makes no sense"),
            ("90", "-1", "invalid value"),
            ("50000", "0", "most_recipients makes no sense"),
            ("per_hour", "per_minute", "unknown field"),
        ];
        assert_refused(good, limits_from, &cases);
        assert_eq!((shipped().per_hour, shipped().longest_days), (600, 90));
    }
}
