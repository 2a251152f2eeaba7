//! The messages about appointments. Their words are neutral: whoever reads over a shoulder learns that something is booked
//! and when, but not what, with whom or where.

use chrono_tz::Europe::London;

use crate::platform::ids::{Id, UtcTime};
use crate::platform::outbox::Letter;

/// Confirms a new appointment.
pub fn booked(to: &str, app_url: &str, appointment: Id, starts_at: UtcTime) -> Letter {
    letter(
        to,
        app_url,
        appointment,
        "Your booking is confirmed",
        &format!("your booking is confirmed for {}.", wall_time(starts_at)),
    )
}

/// Tells the new time of an appointment.
pub fn moved(to: &str, app_url: &str, appointment: Id, starts_at: UtcTime) -> Letter {
    letter(to, app_url, appointment, "Your booking has moved", &format!("your booking has moved to {}.", wall_time(starts_at)))
}

/// Tells that an appointment will not take place.
pub fn cancelled(to: &str, app_url: &str, appointment: Id, starts_at: UtcTime) -> Letter {
    letter(
        to,
        app_url,
        appointment,
        "Your booking is cancelled",
        &format!("your booking for {} is cancelled.", wall_time(starts_at)),
    )
}

fn letter(to: &str, app_url: &str, appointment: Id, subject: &str, sentence: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: subject.to_owned(),
        body: format!("Hello,\n\n{sentence}\n\nYou can see the details here:\n\n{app_url}/bookings/{appointment}\n"),
    }
}

/// The time as a clock on a wall in Britain shows it.
fn wall_time(time: UtcTime) -> String {
    format!("{} (UK time)", time.get().with_timezone(&London).format("%A %-d %B %Y at %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summer_time_is_told_as_the_clock_shows_it() {
        let time = UtcTime::from("2027-07-01T08:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        assert_eq!(wall_time(time), "Thursday 1 July 2027 at 09:30 (UK time)");
    }
}
