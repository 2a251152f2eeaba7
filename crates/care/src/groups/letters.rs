//! The messages about groups. Their words are neutral: they tell of a booking and when, but not of a group.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use people::notifications::rules::{told_briefly, told_time};
use platform::ids::UtcTime;
use platform::outbox::Letter;

/// What happened, as a message tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A place is kept until then.
    Offered(UtcTime),
    /// A place is given.
    Enrolled,
    /// A session is at another time than before: at this.
    Moved(UtcTime),
    /// The session then does not take place.
    Cancelled(UtcTime),
    /// When sessions are has changed.
    Changed,
    /// There will be no more sessions.
    Over,
}

impl News {
    /// Subject line, sentence, and the text without its ending.
    fn words(self) -> (&'static str, String, String) {
        let same = |subject, sentence: &str| {
            let mut text = sentence.to_owned();
            text[..1].make_ascii_uppercase();
            (subject, sentence.to_owned(), text)
        };
        match self {
            Self::Offered(until) => (
                "Please answer about your booking",
                format!("what you asked for is kept for you until {}. Please answer by then.", told_time(until.get())),
                format!("What you asked for is kept for you until {}.", told_briefly(until.get())),
            ),
            Self::Enrolled => same("Your booking is confirmed", "your booking is confirmed."),
            Self::Moved(to) => (
                "Your booking has moved",
                format!("a booking of yours has moved: it is now on {}.", told_time(to.get())),
                format!("A booking of yours has moved: it is now on {}.", told_briefly(to.get())),
            ),
            Self::Cancelled(from) => (
                "Your booking is cancelled",
                format!("your booking for {} is cancelled.", told_time(from.get())),
                format!("Your booking for {} is cancelled.", told_briefly(from.get())),
            ),
            Self::Changed => same("Your bookings have changed", "the times of your bookings have changed."),
            Self::Over => same("Your bookings have ended", "there are no more bookings ahead for you here."),
        }
    }

    /// What to tell a practitioner; of no use from `until` on.
    pub fn draft(self, until: DateTime<Utc>) -> Draft {
        let (subject, sentence, text) = self.words();
        Draft {
            subject,
            sentence,
            path: "/bookings".to_owned(),
            text: format!("{text} The details are in your app."),
            // What they have done themselves need not be told to whoever wants as few messages as can be.
            essential: self != Self::Enrolled,
            until,
        }
    }

    /// The letter to a guest, who has no account.
    pub fn letter_to_guest(self, to: &str) -> Letter {
        let (subject, sentence, _) = self.words();
        Letter { to: to.to_owned(), subject: subject.to_owned(), body: format!("Hello,\n\n{sentence}\n") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_a_text;

    #[test]
    fn no_message_says_what_the_booking_is() {
        let at = UtcTime::from("2027-09-29T17:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let all = [News::Offered(at), News::Enrolled, News::Moved(at), News::Cancelled(at), News::Changed, News::Over];
        for news in all {
            let (draft, letter) = (news.draft(at.get()), news.letter_to_guest("ada@example.org"));
            assert!(fits_a_text(&draft.text), "{}", draft.text);
            let text = format!("{} {} {} {}", draft.subject, draft.sentence, draft.text, letter.body).to_lowercase();
            for word in ["group", "therap", "session", "member", "mental", "health", "place"] {
                assert!(!text.contains(word), "{news:?} says {word}: {text}");
            }
        }
        assert!(
            News::Cancelled(at).letter_to_guest("a@example.org").body.contains("Wednesday 29 September 2027 at 18:00 (UK time)")
        );
        assert_eq!(News::Enrolled.draft(at.get()).text, "Your booking is confirmed. The details are in your app.");
    }
}
