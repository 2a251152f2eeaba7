//! The limits of campaigns that are embedded in the program, read and checked once.

use chrono::NaiveTime;
use serde::Deserialize;

use people::notifications::model::QuietHours;
use reference::embedded;
use reference::embedded::parse;

/// The limits and defaults of every campaign.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The default number of messages per hour.
    pub per_hour: i32,
    /// The default quiet hours.
    pub quiet: QuietHours,
    /// How many days a campaign may last.
    pub longest_days: i64,
    /// How many recipients a campaign may have.
    pub most_recipients: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    per_hour: i32,
    quiet_from: String,
    quiet_until: String,
    longest_days: i64,
    most_recipients: i64,
}

embedded! {
    /// The embedded limits.
    pub fn limits() -> Limits = limits_from("data/limits.json");
}

/// Reads and checks the limits.
///
/// # Errors
/// The text cannot be parsed, a time is invalid, or a number is not greater than zero.
fn limits_from(text: &str) -> Result<Limits, String> {
    let file: File = parse(text)?;
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("{text} is not a time of day"));
    let quiet = QuietHours { from: time(&file.quiet_from)?, until: time(&file.quiet_until)? };
    if quiet.from == quiet.until || file.per_hour < 1 || file.longest_days < 1 || file.most_recipients < 1 {
        return Err("every number must be greater than zero, and quiet hours must begin and end at different times".to_owned());
    }
    let (longest_days, most_recipients) = (file.longest_days, file.most_recipients);
    Ok(Limits { per_hour: file.per_hour, quiet, longest_days, most_recipients })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_limits_are_valid_and_invalid_ones_are_rejected() {
        let good = include_str!("data/limits.json");
        assert!(limits_from(good).is_ok_and(|limits| limits.per_hour == 600 && limits.longest_days == 90));
        for (part, instead) in [("19:00", "25:00"), ("19:00", "08:30"), ("600", "0"), ("90", "-1"), ("50000", "0")] {
            assert!(good.contains(part) && limits_from(&good.replace(part, instead)).is_err(), "{part} → {instead}");
        }
    }
}
