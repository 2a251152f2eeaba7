//! Opening hours of the channels: weekly hours that apply from a date on, and hours of single days.

use chrono::{DateTime, NaiveDate, Utc};

use super::channel::ContactChannel;
use platform::local_time::Day;

platform::string_enum! {
    /// Whether hours are weekly or for a single day.
    pub enum ContactHoursKind {
        /// Every week from a date on, until the next weekly hours of the channel.
        Week = "week",
        /// On a single day, instead of the weekly hours.
        Day = "day",
    }

    /// State of hours.
    pub enum ContactHoursState {
        /// They wait for a second administrator.
        Pending = "pending",
        /// They apply from their first day on, unless later hours from the same day replace them.
        Approved = "approved",
        /// An administrator withdrew them before they were approved.
        Withdrawn = "withdrawn",
        /// No second administrator approved them within 14 days.
        Expired = "expired",
    }
}

/// The end of the day, in minutes.
pub const MIDNIGHT: u16 = 24 * 60;

/// A stretch of time in which a channel is answered, in minutes of the day in Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The day of the week; `None` in hours of a single day.
    pub weekday: Option<Day>,
    /// The first minute.
    pub from: u16,
    /// The minute after the last; [`MIDNIGHT`] for the end of the day.
    pub until: u16,
}

/// Hours of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    pub channel: ContactChannel,
    /// Weekly, or for a single day.
    pub kind: ContactHoursKind,
    /// The first day of weekly hours, or the single day.
    pub starts_on: NaiveDate,
    /// Whether the channel is closed on bank holidays.
    pub closed_on_bank_holidays: bool,
    /// When the channel is answered; empty for not at all.
    pub spans: Vec<Span>,
    /// Why the hours differ, as shown to the public.
    pub reason: Option<String>,
}

/// Whether a channel is answered, and when that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelStatus {
    pub channel: ContactChannel,
    /// Whether the channel is answered now.
    pub open: bool,
    /// When it closes; `None` while it is closed, or when it stays open around the clock.
    pub open_until: Option<DateTime<Utc>>,
    /// When it opens next, if it is closed now.
    pub opens_at: Option<DateTime<Utc>>,
    /// Why the hours differ today.
    pub reason: Option<String>,
}
