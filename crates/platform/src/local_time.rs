//! Days of the week and times of day in the UK, as JSON and columns have them.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

crate::string_enum! {
    /// A day of the week.
    pub enum Day {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

impl From<Day> for Weekday {
    fn from(day: Day) -> Self {
        day.as_str().parse().unwrap_or(Self::Mon)
    }
}

impl From<Weekday> for Day {
    fn from(weekday: Weekday) -> Self {
        Self::ALL.iter().copied().find(|day| Weekday::from(*day) == weekday).unwrap_or(Self::Monday)
    }
}

/// A local time in Europe/London, in hours and minutes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 5, max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "09:00")]
pub struct LocalTime(pub NaiveTime);

impl TryFrom<String> for LocalTime {
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        NaiveTime::parse_from_str(&text, "%H:%M").map(Self)
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.0.format("%H:%M").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_have_full_lower_case_names() {
        assert_eq!(Day::from(Weekday::Wed).as_str(), "wednesday");
        for number in 0..7u8 {
            let weekday = Weekday::try_from(number).unwrap();
            assert_eq!(Weekday::from(Day::from(weekday)), weekday);
        }
        assert_eq!(Day::parse("Mon"), None);
    }
}
