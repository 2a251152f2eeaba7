//! When a practitioner gets a message about an appointment.

use chrono::{DateTime, Utc};

use crate::booking::figures::Policies;

/// When the message about a change of an appointment is sent: after it has rested, or at once where there is no time for that.
pub fn told_at(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> DateTime<Utc> {
    if starts_at - now <= policies.no_grace { now } else { now + policies.grace }
}

/// When reminders of an appointment booked or moved at `now` are due. A reminder that would come soon after that, or never, is
/// none.
pub fn reminders(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> Vec<DateTime<Utc>> {
    let times = policies.reminders.iter().map(|before| starts_at - *before);
    times.filter(|time| *time >= now + policies.reminder_rest).collect()
}
