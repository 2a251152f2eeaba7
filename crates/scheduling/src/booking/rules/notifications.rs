//! When messages about an appointment are sent.

use chrono::{DateTime, Utc};

use crate::booking::policy::Policies;

/// When the message about a change of an appointment is sent: after a delay, or at once when the appointment starts soon.
pub fn notify_at(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> DateTime<Utc> {
    if starts_at - now <= policies.notify_at_once_within { now } else { now + policies.notification_delay }
}

/// When reminders of an appointment that is booked or moved at `now` are due. A reminder that would follow soon after that, or
/// whose time has passed, is left out.
pub fn reminders(starts_at: DateTime<Utc>, now: DateTime<Utc>, policies: &Policies) -> Vec<DateTime<Utc>> {
    let times = policies.reminders.iter().map(|before| starts_at - *before);
    times.filter(|time| *time >= now + policies.min_time_before_reminder).collect()
}
