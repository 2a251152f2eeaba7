//! Datasets, their periods, and the published figures.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::London;

pub use platform::small_numbers::{Published, Table};

platform::string_enum! {
    /// A dataset of figures. Each is published for periods of one length, which follow one another and never overlap.
    pub enum Dataset {
        /// Appointments by the month in which they were due to start.
        Appointments = "appointments",
        /// People by the month in which their first assessment took place.
        AssessmentWaits = "assessment_waits",
        /// People by the month in which their first treatment took place.
        TreatmentWaits = "treatment_waits",
        /// Finished courses by the quarter in which care ended.
        Courses = "courses",
        /// Feedback by the quarter in which it was given.
        Feedback = "feedback",
        /// Funding requests and funded sessions of each board, by the quarter of the decision and of the session.
        Funding = "funding",
        /// People by the quarter in which they registered.
        Registrations = "registrations",
    }
}

impl Dataset {
    /// The length of a period in months.
    pub const fn months(self) -> u32 {
        match self {
            Self::Appointments | Self::AssessmentWaits | Self::TreatmentWaits => 1,
            Self::Courses | Self::Feedback | Self::Funding | Self::Registrations => 3,
        }
    }

    /// How many days after its end a period is counted, when its data is complete. Attendance may be corrected for a week, and
    /// the last questionnaires may be answered for six weeks after care has ended.
    pub const fn settles_after_days(self) -> i64 {
        match self {
            Self::Appointments
            | Self::AssessmentWaits
            | Self::TreatmentWaits
            | Self::Feedback
            | Self::Funding
            | Self::Registrations => 14,
            Self::Courses => 49,
        }
    }

    /// Whether being in a group reveals something about a person's health or opinion, so that a group in which everyone is in the
    /// same category may not be shown either.
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::Courses | Self::Feedback)
    }

    /// The period that a day belongs to.
    pub fn period_of(self, day: NaiveDate) -> Period {
        let back = day.month0() % self.months();
        let first = day.with_day(1).unwrap_or(day);
        let first = first.checked_sub_months(Months::new(back)).unwrap_or(first);
        self.period_from(first)
    }

    /// The period after this one.
    pub fn after(self, period: Period) -> Period {
        self.period_from(period.until)
    }

    fn period_from(self, first: NaiveDate) -> Period {
        Period { first, until: first.checked_add_months(Months::new(self.months())).unwrap_or(first) }
    }

    /// Whether a period may be counted now.
    pub fn has_settled(self, period: Period, today: NaiveDate) -> bool {
        (today - period.until).num_days() >= self.settles_after_days()
    }
}

/// A period of whole days in UK time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: NaiveDate,
    /// The first day after it.
    pub until: NaiveDate,
}

impl Period {
    /// The last day.
    pub fn last(self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.first)
    }

    /// The first instant.
    pub fn begins(self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The first instant after it.
    pub fn ends(self) -> DateTime<Utc> {
        midnight(self.until)
    }
}

/// The first instant of a day in UK time. Clocks there never change at midnight.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    London.from_local_datetime(&midnight).earliest().map_or(midnight.and_utc(), |time| time.with_timezone(&Utc))
}

/// The published figures of a period.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub period: Period,
    /// When the period was counted.
    pub counted_at: DateTime<Utc>,
    pub tables: Vec<Published>,
}
