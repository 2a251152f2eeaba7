//! When which channel answers: weekly hours that hold from a day on, and days that are otherwise.

use chrono::{DateTime, NaiveDate, Utc, Weekday};

use super::channel::ContactChannel;

platform::words! {
    /// Whether hours are those of every week, or of one day.
    pub enum ContactHoursKind {
        /// Every week, from a day on, until the channel's next.
        Week = "week",
        /// On one day only, whatever the week says.
        Day = "day",
    }

    /// A day of the week.
    pub enum ContactHoursDay {
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

impl From<Weekday> for ContactHoursDay {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }
}

/// The last minute of a day, and one more.
pub const MIDNIGHT: u16 = 24 * 60;

/// From when until when, on a clock in Britain, in minutes of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// On which day of the week; `None` in hours of one day.
    pub weekday: Option<ContactHoursDay>,
    /// From this minute on,
    pub from: u16,
    /// until this minute; [`MIDNIGHT`] for the end of the day.
    pub until: u16,
}

/// Hours of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub channel: ContactChannel,
    /// Of every week, or of one day.
    pub kind: ContactHoursKind,
    /// The first day, or the only one.
    pub starts_on: NaiveDate,
    /// Whether nobody answers on bank holidays.
    pub closed_on_bank_holidays: bool,
    /// When somebody answers; empty for not at all.
    pub spans: Vec<Span>,
    /// Why it is otherwise on this day, in public words.
    pub reason: Option<String>,
}

/// How a channel stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub channel: ContactChannel,
    /// Whether somebody answers now.
    pub open: bool,
    /// Until when, if they do and do not answer at every hour of the days to come.
    pub open_until: Option<DateTime<Utc>>,
    /// When somebody will answer next, if nobody does now.
    pub opens_at: Option<DateTime<Utc>>,
    /// Why it is otherwise today.
    pub reason: Option<String>,
}
