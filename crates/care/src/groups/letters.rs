//! Emails and text messages about groups. Their wording is neutral: they name a booking and its time, never a group.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use people::notifications::rules::{told_briefly, told_time};
use platform::ids::UtcTime;
use platform::outbox::Letter;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// A place is reserved until this time.
    Offered(UtcTime),
    /// The practitioner has a place.
    Enrolled,
    /// A session was moved to this time.
    Moved(UtcTime),
    /// The session at this time is cancelled.
    Cancelled(UtcTime),
    /// The times of the sessions have changed.
    Changed,
    /// The group has ended: there are no more sessions.
    Over,
}

impl News {
    /// The subject line and sentence of the email, and the text message without its last sentence.
    fn words(self) -> (&'static str, String, String) {
        let same = |subject, sentence: &str| {
            let mut text = sentence.to_owned();
            text[..1].make_ascii_uppercase();
            (subject, sentence.to_owned(), text)
        };
        match self {
            Self::Offered(until) => (
                "Please answer about your booking",
                format!("a booking is reserved for you until {}. Please accept or decline it by then.", told_time(until.get())),
                format!("A booking is reserved for you until {}.", told_briefly(until.get())),
            ),
            Self::Enrolled => same("Your booking is confirmed", "your booking is confirmed."),
            Self::Moved(to) => (
                "Your booking has moved",
                format!("your booking has moved: it is now on {}.", told_time(to.get())),
                format!("Your booking has moved: it is now on {}.", told_briefly(to.get())),
            ),
            Self::Cancelled(from) => (
                "Your booking is cancelled",
                format!("your booking for {} is cancelled.", told_time(from.get())),
                format!("Your booking for {} is cancelled.", told_briefly(from.get())),
            ),
            Self::Changed => same("Your bookings have changed", "the times of your bookings have changed."),
            Self::Over => same("Your bookings have ended", "you have no more bookings here."),
        }
    }

    /// The message to a practitioner. It is not sent after `until`.
    pub fn draft(self, until: DateTime<Utc>) -> Draft {
        let (subject, sentence, text) = self.words();
        Draft {
            subject,
            sentence,
            path: "/bookings".to_owned(),
            text: format!("{text} The details are in your app."),
            // A practitioner who wants only essential messages gets no message about what they did themselves.
            essential: self != Self::Enrolled,
            until,
        }
    }

    /// The email to a guest, who has no account.
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
    fn no_message_reveals_what_the_booking_is_for() {
        let at = UtcTime::from("2027-09-29T17:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let all = [News::Offered(at), News::Enrolled, News::Moved(at), News::Cancelled(at), News::Changed, News::Over];
        for message in all {
            let (draft, email) = (message.draft(at.get()), message.letter_to_guest("ada@example.org"));
            assert!(fits_a_text(&draft.text), "{}", draft.text);
            let text = format!("{} {} {} {}", draft.subject, draft.sentence, draft.text, email.body).to_lowercase();
            for word in ["group", "therap", "session", "member", "mental", "health", "place"] {
                assert!(!text.contains(word), "{message:?} contains {word}: {text}");
            }
        }
        assert!(
            News::Cancelled(at).letter_to_guest("a@example.org").body.contains("Wednesday 29 September 2027 at 18:00 (UK time)")
        );
        assert_eq!(News::Enrolled.draft(at.get()).text, "Your booking is confirmed. The details are in your app.");
    }
}
