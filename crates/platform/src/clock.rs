//! The clock. It is read here and nowhere else, so that tests can set the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

use super::ids::UtcTime;

/// A clock: the system clock, or one that does not move until a test moves it.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System,
    /// Microseconds since 1970.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The system clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock fixed at `time`; its clones share the time.
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self(Kind::Set(Arc::new(AtomicI64::new(time.timestamp_micros()))))
    }

    pub fn now(&self) -> UtcTime {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
            Kind::System => Utc::now().into(),
            Kind::Set(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH).into()
            }
        }
    }

    /// Moves a fixed clock forward (or back). Has no effect on the system clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Kind::Set(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}

/// The same local time in Britain that many days later, and never less than that many times 24 hours: a period that is counted in
/// local days may be an hour longer when the clocks go back, and a period in UTC need not be an hour shorter when they go
/// forward.
pub fn days_later(from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    let elapsed = from.checked_add_signed(TimeDelta::days(days)).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let wall = from.with_timezone(&London).naive_local().checked_add_signed(TimeDelta::days(days));
    let later = wall.and_then(|wall| London.from_local_datetime(&wall).latest());
    later.map_or(elapsed, |later| later.to_utc().max(elapsed))
}

/// The instant of a local time in Britain. The clocks change at one in the morning: of a time that occurs twice this is the
/// first, and a time that does not occur is read as UTC.
pub fn london_time(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = day.and_time(time);
    London.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |british| british.to_utc())
}

impl UtcTime {
    /// The date of this instant in Britain.
    pub fn london_day(self) -> NaiveDate {
        self.0.with_timezone(&London).date_naive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_local_days_in_britain() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (from, days, expected) in [
            // October 2026 has 31 days and one hour.
            ("2026-09-30T23:00:00Z", 31, "2026-11-01T00:00:00Z"),
            ("2026-10-24T23:00:00Z", 14, "2026-11-08T00:00:00Z"),
            // The clocks go forward on 28 March 2027: the period in UTC keeps its full length.
            ("2027-03-22T00:00:00Z", 14, "2027-04-05T00:00:00Z"),
            ("2027-02-28T00:00:00Z", 1, "2027-03-01T00:00:00Z"),
            ("2027-03-27T01:30:00Z", 1, "2027-03-28T01:30:00Z"),
            ("2027-10-30T00:30:00Z", 1, "2027-10-31T01:30:00Z"),
        ] {
            assert_eq!(days_later(at(from), days), at(expected), "{from} and {days} days");
        }
    }
}
