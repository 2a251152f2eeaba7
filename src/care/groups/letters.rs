//! The messages about groups. Their words are neutral: they tell of a booking and when, but not of a group.

use chrono_tz::Europe::London;

use crate::platform::ids::UtcTime;
use crate::platform::outbox::Letter;

/// What happened, as a letter tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A place is kept until then.
    Offered(UtcTime),
    /// A place is given.
    Enrolled,
    /// A session is then instead of then.
    Moved(UtcTime, UtcTime),
    /// The session then does not take place.
    Cancelled(UtcTime),
    /// When sessions are has changed.
    Changed,
    /// There will be no more sessions.
    Over,
}

impl News {
    /// What the letter is about, in one word for the outbox.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Offered(_) => "place_offered",
            Self::Enrolled => "place_confirmed",
            Self::Moved(..) => "session_moved",
            Self::Cancelled(_) => "session_cancelled",
            Self::Changed => "sessions_changed",
            Self::Over => "sessions_over",
        }
    }

    fn words(self) -> (&'static str, String) {
        match self {
            Self::Offered(until) => {
                let sentence = format!("what you asked for is kept for you until {}. Please answer by then.", wall_time(until));
                ("Please answer about your booking", sentence)
            }
            Self::Enrolled => ("Your booking is confirmed", "your booking is confirmed.".to_owned()),
            Self::Moved(from, to) => {
                let sentence = format!("your booking for {} has moved to {}.", wall_time(from), wall_time(to));
                ("Your booking has moved", sentence)
            }
            Self::Cancelled(from) => ("Your booking is cancelled", format!("your booking for {} is cancelled.", wall_time(from))),
            Self::Changed => ("Your bookings have changed", "the times of your bookings have changed.".to_owned()),
            Self::Over => ("Your bookings have ended", "there are no more bookings ahead for you here.".to_owned()),
        }
    }

    /// The letter to somebody. Whoever has an account finds more behind the link.
    pub fn letter(self, to: &str, app_url: Option<&str>) -> Letter {
        let (subject, sentence) = self.words();
        let more = app_url.map(|url| format!("\n\nYou can see the details here:\n\n{url}/bookings")).unwrap_or_default();
        Letter { to: to.to_owned(), subject: subject.to_owned(), body: format!("Hello,\n\n{sentence}{more}\n") }
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
    fn no_letter_says_what_the_booking_is() {
        let at = UtcTime::from("2027-07-01T17:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        let all = [News::Offered(at), News::Enrolled, News::Moved(at, at), News::Cancelled(at), News::Changed, News::Over];
        for news in all {
            let letter = news.letter("ada@example.org", Some("https://app.example.org"));
            let text = format!("{} {}", letter.subject, letter.body).to_lowercase();
            for word in ["group", "therap", "session", "member", "mental", "health", "place"] {
                assert!(!text.contains(word), "{news:?} says {word}: {text}");
            }
        }
        assert!(News::Cancelled(at).letter("a@example.org", None).body.contains("Thursday 1 July 2027 at 18:00 (UK time)"));
    }
}
