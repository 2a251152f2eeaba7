//! The numbers of the booking policy.

use chrono::TimeDelta;

use crate::calendar::model::AppointmentKind;

/// The policy in force.
pub fn policies() -> Policies {
    Policies::default()
}

/// The numbers for one kind of slot. Fixed in the program; a clinical lead should confirm them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// The shortest time before its start at which a practitioner can book a slot.
    pub minimum_notice: TimeDelta,
    /// The longest time before its start at which a practitioner can book a slot.
    pub booking_window: TimeDelta,
    /// How many live appointments of this kind one practitioner may have.
    pub max_live: u32,
}

/// The numbers of the booking policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policies {
    /// For assessments. Default: two hours' notice (help should not wait), a window of six weeks, one at a time.
    pub assessment: Policy,
    /// For treatment. Default: one day's notice, a window of twelve weeks, twelve at a time.
    pub treatment: Policy,
    /// How long a hold lasts. Default: five minutes.
    pub hold: TimeDelta,
    /// How long attendance can be corrected after it was first recorded. Default: seven days.
    pub attendance_correction: TimeDelta,
    /// How long the message about a change waits, in case another change follows. Default: three minutes.
    pub notification_delay: TimeDelta,
    /// An appointment that starts within this time gets the message about a change at once. Default: one hour.
    pub notify_at_once_within: TimeDelta,
    /// How long before an appointment its reminders are sent. Default: two days and one day.
    pub reminders: [TimeDelta; 2],
    /// The shortest time between booking and a reminder. Default: twelve hours.
    pub min_time_before_reminder: TimeDelta,
    /// How long before an appointment by telephone its clinician sees how to reach the practitioner. Default: half an hour.
    pub call_before: TimeDelta,
    /// How long after its end they still see it: a call starts late, or is cut off. Default: two hours.
    pub call_after: TimeDelta,
}

impl Policies {
    /// The policy for this kind.
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
            assessment: Policy { minimum_notice: hour * 2, booking_window: week * 6, max_live: 1 },
            treatment: Policy { minimum_notice: hour * 24, booking_window: week * 12, max_live: 12 },
            hold: TimeDelta::minutes(5),
            attendance_correction: week,
            notification_delay: TimeDelta::minutes(3),
            notify_at_once_within: hour,
            reminders: [hour * 48, hour * 24],
            min_time_before_reminder: hour * 12,
            call_before: TimeDelta::minutes(30),
            call_after: hour * 2,
        }
    }
}
