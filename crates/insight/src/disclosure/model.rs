//! What is counted, for which periods, and what of it is published.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::London;

pub use platform::small_numbers::{Published, Table};

platform::words! {
    /// What is counted. Each is published for periods of one length only, which follow one another and never overlap.
    pub enum Dataset {
        /// Appointments by the month in which they were to begin.
        Appointments = "appointments",
        /// People by the month in which their first assessment took place.
        AssessmentWaits = "assessment_waits",
        /// People by the month in which their first treatment took place.
        TreatmentWaits = "treatment_waits",
        /// Finished courses by the quarter in which care ended.
        Courses = "courses",
        /// What people said, by the quarter in which they said it.
        Feedback = "feedback",
    }
}

impl Dataset {
    /// How many months a period has.
    pub const fn months(self) -> u32 {
        match self {
            Self::Appointments | Self::AssessmentWaits | Self::TreatmentWaits => 1,
            Self::Courses | Self::Feedback => 3,
        }
    }

    /// How many days after its end a period is counted: what belongs to it must be in. Attendance may be corrected for a week,
    /// and the last questionnaires are taken in for six weeks after care has ended.
    pub const fn settles_after_days(self) -> i64 {
        match self {
            Self::Appointments | Self::AssessmentWaits | Self::TreatmentWaits | Self::Feedback => 14,
            Self::Courses => 49,
        }
    }

    /// Whether belonging to a group tells something about a person's health or opinion, so that not even a group in which
    /// everybody is the same may be shown.
    pub const fn is_sensitive(self) -> bool {
        matches!(self, Self::Courses | Self::Feedback)
    }

    /// The period that a day belongs to.
    pub fn period_of(self, day: NaiveDate) -> Period {
        let back = day.month0() % self.months();
        let first = day.with_day(1).unwrap_or(day);
        let first = first.checked_sub_months(Months::new(back)).unwrap_or(first);
        self.beginning(first)
    }

    /// The period after this one.
    pub fn after(self, period: Period) -> Period {
        self.beginning(period.until)
    }

    fn beginning(self, first: NaiveDate) -> Period {
        Period { first, until: first.checked_add_months(Months::new(self.months())).unwrap_or(first) }
    }

    /// Whether a period may be counted by now.
    pub fn has_settled(self, period: Period, today: NaiveDate) -> bool {
        (today - period.until).num_days() >= self.settles_after_days()
    }
}

/// A stretch of whole days in Britain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: NaiveDate,
    /// The first day after it.
    pub until: NaiveDate,
}

impl Period {
    /// Its first instant.
    pub fn begins(self) -> DateTime<Utc> {
        midnight(self.first)
    }

    /// The first instant after it.
    pub fn ends(self) -> DateTime<Utc> {
        midnight(self.until)
    }
}

/// The first instant of a day in Britain. The clocks there are not changed at midnight.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    London.from_local_datetime(&midnight).earliest().map_or(midnight.and_utc(), |time| time.with_timezone(&Utc))
}

/// A period as it was counted once and for all.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub period: Period,
    /// When it was counted.
    pub made_at: DateTime<Utc>,
    /// What was published.
    pub tables: Vec<Published>,
}
