//! Doses: exact amounts, and how often they are taken.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

platform::string_enum! {
    /// The unit of a dose's period.
    pub enum PeriodUnit {
        /// Hours.
        Hour = "hour",
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
    }
}

impl PeriodUnit {
    /// The length of one unit in hours.
    pub const fn hours(self) -> u64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 168,
        }
    }
}

/// An exact decimal with at most two places, up to 999,999.99.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(u32);

/// The largest amount, in hundredths.
const LARGEST: u32 = 99_999_999;

impl Amount {
    /// The amount with this number of hundredths, if it is not too large.
    pub const fn from_hundredths(hundredths: u32) -> Option<Self> {
        if hundredths <= LARGEST { Some(Self(hundredths)) } else { None }
    }

    /// A whole amount.
    pub const fn whole(number: u16) -> Self {
        Self(number as u32 * 100)
    }

    /// The amount in hundredths.
    pub const fn hundredths(self) -> u64 {
        self.0 as u64
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl FromStr for Amount {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "not a decimal of at most two places";
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let padded = whole.len() > 1 && whole.starts_with('0');
        if !digits(whole) || !digits(places) || whole.len() > 6 || places.len() > 2 || padded {
            return Err(WRONG);
        }
        let whole: u32 = whole.parse().map_err(|_| WRONG)?;
        let fraction: u32 = format!("{places:0<2}").parse().map_err(|_| WRONG)?;
        Self::from_hundredths(whole * 100 + fraction).ok_or(WRONG)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, fraction) if fraction % 10 == 0 => write!(f, "{whole}.{}", fraction / 10),
            (whole, fraction) => write!(f, "{whole}.{fraction:02}"),
        }
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Amount {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

/// One dosage instruction: dose, frequency and duration. Instructions with the same sequence number apply together, those with
/// the next number follow.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoseStep {
    /// Counted from 1.
    pub sequence: u8,
    /// The amount of one dose.
    pub dose: Amount,
    /// The unit's id.
    pub unit: String,
    /// How many doses in a period.
    pub times: u8,
    /// The length of a period in units of `period`.
    pub every: u8,
    /// The unit of the period.
    pub period: PeriodUnit,
    /// Whether it is taken only when needed.
    pub as_needed: bool,
    /// What it is needed for. Stored in the record; printed only if it is part of the text.
    pub as_needed_reason: Option<String>,
    /// The maximum in 24 hours, in the unit of the dose.
    pub max_per_day: Option<Amount>,
    /// The route's id.
    pub route: String,
    /// For how many days.
    pub duration_days: Option<u16>,
    /// The instruction as it is printed.
    pub text: String,
}

platform::redacted_debug!(DoseStep);

/// A quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    pub value: Amount,
    /// The unit's id.
    pub unit: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_exact_and_displays_as_it_was_written() {
        // At most two places (MedicationRequest.yaml of the electronic prescription service).
        for (text, displayed) in
            [("0", "0"), ("56", "56"), ("0.5", "0.5"), ("2.50", "2.5"), ("3.75", "3.75"), ("999999.99", "999999.99")]
        {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), displayed, "{text}");
        }
        for invalid in ["", ".5", "5.", "01", "1.234", "-1", "1e3", "1000000", "1,5", " 1", "½"] {
            assert!(invalid.parse::<Amount>().is_err(), "{invalid}");
        }
        assert_eq!("0.1".parse::<Amount>().unwrap().hundredths() * 3, 30);
    }
}
