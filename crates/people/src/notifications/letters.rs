//! From a draft and a person's wishes to the words that go out.

use super::model::{Draft, Manner, MessageWording, Wishes};
use super::rules::fits_a_text;
use platform::outbox::{Letter, Message, Text};

/// A draft as a letter.
pub(super) fn letter(wishes: &Wishes, manner: &Manner, draft: &Draft, app_url: &str) -> Message {
    let service = manner.service.as_deref().filter(|_| wishes.wording == MessageWording::Named);
    let subject = match (&wishes.subject_line, service) {
        (Some(line), _) => line.clone(),
        (None, Some(service)) => format!("{service}: {}", draft.subject),
        (None, None) => draft.subject.to_owned(),
    };
    let greeting = manner.greeting.as_deref().unwrap_or("Hello");
    let ending = service.map(|service| format!("\n{service}\n")).unwrap_or_default();
    let body = format!("{greeting},\n\n{}\n\nYou can see the details here:\n\n{app_url}{}\n{ending}", draft.sentence, draft.path);
    Message::Email(Letter { to: manner.email.clone(), subject, body })
}

/// A draft as a text. A name too long to go with it is left out.
pub(super) fn text(wishes: &Wishes, manner: &Manner, draft: &Draft, number: String) -> Message {
    let service = manner.service.as_deref().filter(|_| wishes.wording == MessageWording::Named);
    let named = service.map(|service| format!("{service}: {}", draft.text)).filter(|text| fits_a_text(text));
    Message::Sms(Text { to: number, body: named.unwrap_or_else(|| draft.text.clone()) })
}

/// The text that carries a code to a number.
pub(super) fn code(number: &str, code: &str) -> Message {
    Message::Sms(Text { to: number.to_owned(), body: format!("Your code is {code}. It is good for ten minutes.") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::rules;

    fn draft() -> Draft {
        Draft {
            subject: "Your booking is confirmed",
            sentence: "your booking is confirmed.".to_owned(),
            path: "/bookings/1".to_owned(),
            text: "Your booking is confirmed.".to_owned(),
            essential: false,
            until: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn manner(service: &str) -> Manner {
        Manner { email: "ada@example.org".to_owned(), greeting: Some("Dear H".to_owned()), service: Some(service.to_owned()) }
    }

    fn opened(message: Message) -> (String, String) {
        match message {
            Message::Email(letter) => (letter.subject, letter.body),
            Message::Sms(text) => (text.to, text.body),
        }
    }

    #[test]
    fn a_letter_greets_as_wished_and_names_the_service_where_that_is_wished_and_allowed() {
        let usual = Wishes::default();
        let named = Wishes { wording: MessageWording::Named, ..usual.clone() };
        let own = Wishes { subject_line: Some("Rota".to_owned()), ..named.clone() };
        let write = |wishes: &Wishes, manner: &Manner| opened(letter(wishes, manner, &draft(), "https://app.example.org"));
        let (subject, body) = write(&usual, &manner("Confide"));
        assert_eq!(subject, "Your booking is confirmed");
        assert!(body.starts_with("Dear H,\n\nyour booking is confirmed.\n") && !body.contains("Confide"), "{body}");
        let (subject, body) = write(&named, &manner("Confide"));
        assert_eq!(subject, "Confide: Your booking is confirmed");
        assert!(body.ends_with("https://app.example.org/bookings/1\n\nConfide\n"), "{body}");
        assert_eq!(write(&own, &manner("Confide")).0, "Rota");
        let not_allowed = Manner { service: None, greeting: None, ..manner("") };
        let (subject, body) = write(&named, &not_allowed);
        assert!(subject == "Your booking is confirmed" && body.starts_with("Hello,\n") && !body.contains("Confide"));
    }

    #[test]
    fn a_text_names_the_service_only_where_it_still_fits() {
        let named = Wishes { wording: MessageWording::Named, ..Wishes::default() };
        let write = |manner: &Manner| opened(text(&named, manner, &draft(), "+447700900123".to_owned())).1;
        assert_eq!(write(&manner("Confide")), "Confide: Your booking is confirmed.");
        assert_eq!(write(&manner(&"x".repeat(160))), "Your booking is confirmed.");
        assert!(rules::fits_a_text(&opened(code("+447700900123", "123456")).1));
    }
}
