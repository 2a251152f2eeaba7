//! Emails and text messages about groups. Their wording is neutral: they name a booking and its time, never a group.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use people::notifications::rules::{format_time, format_time_short};
use platform::ids::UtcTime;
use platform::outbox::Email;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMessage {
    /// A place is reserved until this time.
    PlaceOffered(UtcTime),
    /// The time to accept a place is over.
    OfferExpired,
    /// The group has ended before the practitioner had a place in it.
    NotAvailable,
    /// The practitioner has a place.
    PlaceConfirmed,
    /// A session was moved to this time.
    SessionMoved(UtcTime),
    /// The session at this time is cancelled.
    SessionCancelled(UtcTime),
    /// The times of the sessions have changed.
    TimesChanged,
    /// The group has ended: there are no more sessions.
    GroupEnded,
}

impl GroupMessage {
    /// The subject line and sentence of the email, and the text message without its last sentence.
    fn wording(self) -> (&'static str, String, String) {
        let same = |subject, sentence: &str| {
            let mut text = sentence.to_owned();
            text[..1].make_ascii_uppercase();
            (subject, sentence.to_owned(), text)
        };
        match self {
            Self::PlaceOffered(until) => (
                "Please answer about your booking",
                format!("a booking is reserved for you until {}. Please accept or decline it by then.", format_time(until.get())),
                format!("Please answer by {}: a booking is reserved for you.", format_time_short(until.get())),
            ),
            Self::OfferExpired => same(
                "A booking is no longer reserved for you",
                "the time to answer about a booking is over. It is no longer reserved for you.",
            ),
            Self::NotAvailable => same(
                "A booking that you asked for",
                "a booking that you asked for is no longer available. Other bookings stay as they are.",
            ),
            Self::PlaceConfirmed => same("Your booking is confirmed", "your booking is confirmed."),
            Self::SessionMoved(to) => (
                "Your booking has moved",
                format!("one of your bookings has moved: it is now on {}.", format_time(to.get())),
                format!("One of your bookings has moved: it is now on {}.", format_time_short(to.get())),
            ),
            Self::SessionCancelled(from) => (
                "Your booking is cancelled",
                format!("your booking for {} is cancelled.", format_time(from.get())),
                format!("Your booking for {} is cancelled.", format_time_short(from.get())),
            ),
            Self::TimesChanged => same("Your bookings have changed", "the times of your bookings have changed."),
            Self::GroupEnded => {
                same("Your bookings have ended", "a series of bookings has ended. Other bookings stay as they are.")
            }
        }
    }

    /// The message to a practitioner. It is not sent after `until`.
    pub fn draft(self, until: DateTime<Utc>) -> Draft {
        let (subject, sentence, text) = self.wording();
        Draft {
            subject,
            sentence,
            path: "/bookings".to_owned(),
            text: format!("{text} The details are in your app."),
            // A practitioner who wants only essential messages gets no message about what they did themselves.
            essential: self != Self::PlaceConfirmed,
            expires_at: until,
        }
    }

    /// The email to a guest, who has no account.
    pub fn guest_email(self, to: &str) -> Email {
        let (subject, sentence, _) = self.wording();
        Email { to: to.to_owned(), subject: subject.to_owned(), body: format!("Hello,\n\n{sentence}\n") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    #[test]
    fn no_message_reveals_what_the_booking_is_for() {
        let at = UtcTime::from("2027-09-29T17:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let all = [
            GroupMessage::PlaceOffered(at),
            GroupMessage::OfferExpired,
            GroupMessage::NotAvailable,
            GroupMessage::PlaceConfirmed,
            GroupMessage::SessionMoved(at),
            GroupMessage::SessionCancelled(at),
            GroupMessage::TimesChanged,
            GroupMessage::GroupEnded,
        ];
        for message in all {
            let (draft, email) = (message.draft(at.get()), message.guest_email("ada@example.org"));
            assert!(fits_one_text_message(&draft.text), "{}", draft.text);
            let text = format!("{} {} {} {}", draft.subject, draft.sentence, draft.text, email.body).to_lowercase();
            for word in ["group", "therap", "session", "member", "mental", "health", "place"] {
                assert!(!text.contains(word), "{message:?} contains {word}: {text}");
            }
        }
        assert!(
            GroupMessage::SessionCancelled(at)
                .guest_email("a@example.org")
                .body
                .contains("Wednesday 29 September 2027 at 18:00 (UK time)")
        );
        assert_eq!(GroupMessage::PlaceConfirmed.draft(at.get()).text, "Your booking is confirmed. The details are in your app.");
    }
}
