//! What time it is. Asked for here and nowhere else, so that tests can say.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::London;

use super::ids::UtcTime;

/// A clock: the machine's, or one that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct Clock(Kind);

#[derive(Debug, Clone)]
enum Kind {
    System,
    /// Microseconds since 1970.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still at `time`; its clones stand with it.
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self(Kind::Set(Arc::new(AtomicI64::new(time.timestamp_micros()))))
    }

    /// Now.
    pub fn now(&self) -> UtcTime {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place where the machine's clock is read")]
            Kind::System => Utc::now().into(),
            Kind::Set(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or(DateTime::UNIX_EPOCH).into()
            }
        }
    }

    /// Moves a set clock on (or back). The machine's clock is left alone.
    pub fn advance(&self, by: TimeDelta) {
        if let Kind::Set(micros) = &self.0 {
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
        }
    }
}

impl UtcTime {
    /// The day that this instant falls on in Britain.
    pub fn london_day(self) -> NaiveDate {
        self.0.with_timezone(&London).date_naive()
    }
}
