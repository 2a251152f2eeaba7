//! The policy of booking in figures.

use chrono::TimeDelta;

use crate::calendar::model::AppointmentKind;

/// The figures that booking goes by.
pub fn policies() -> Policies {
    Policies::default()
}

/// The figures for one kind of slot. The service sets them; the defaults are no more than a sensible start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long before its start a practitioner may book at the latest.
    pub minimum_notice: TimeDelta,
    /// How long before its start a practitioner may book at the earliest.
    pub booking_window: TimeDelta,
    /// How many live appointments of the kind one practitioner may have.
    pub most_live: u32,
}

/// The figures of booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policies {
    /// For assessments. Default: two hours' notice (help should not wait), six weeks ahead, one at a time.
    pub assessment: Policy,
    /// For treatment. Default: a day's notice, twelve weeks ahead, twelve at a time.
    pub treatment: Policy,
    /// How long a slot is held. Default: five minutes.
    pub hold: TimeDelta,
    /// How long after it was first recorded attendance may be corrected. Default: seven days.
    pub attendance_correction: TimeDelta,
    /// How long a change of an appointment rests before a message is sent. Default: three minutes.
    pub grace: TimeDelta,
    /// How long before an appointment a message about a change is sent at once. Default: an hour.
    pub no_grace: TimeDelta,
    /// How long before an appointment it is recalled. Default: two days and one day.
    pub reminders: [TimeDelta; 2],
    /// How long after booking a reminder is of any use. Default: twelve hours.
    pub reminder_rest: TimeDelta,
}

impl Policies {
    /// The figures for a kind.
    pub const fn of(&self, kind: AppointmentKind) -> &Policy {
        match kind {
            AppointmentKind::Assessment => &self.assessment,
            AppointmentKind::Treatment => &self.treatment,
        }
    }
}

impl Default for Policies {
    fn default() -> Self {
        let (hour, week) = (TimeDelta::hours(1), TimeDelta::weeks(1));
        Self {
            assessment: Policy { minimum_notice: hour * 2, booking_window: week * 6, most_live: 1 },
            treatment: Policy { minimum_notice: hour * 24, booking_window: week * 12, most_live: 12 },
            hold: TimeDelta::minutes(5),
            attendance_correction: week,
            grace: TimeDelta::minutes(3),
            no_grace: hour,
            reminders: [hour * 48, hour * 24],
            reminder_rest: hour * 12,
        }
    }
}
