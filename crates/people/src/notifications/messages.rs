//! Makes emails and text messages from a draft and the preferences of the recipient.

use super::model::{Draft, MessageWording, NotificationPreferences, Recipient};
use super::rules::fits_one_text_message;
use platform::outbox::{Email, Message, TextMessage};

/// A draft as an email.
pub(super) fn email(preferences: &NotificationPreferences, recipient: &Recipient, draft: &Draft, app_url: &str) -> Message {
    let service = recipient.service.as_deref().filter(|_| preferences.wording == MessageWording::Named);
    let subject = match (&preferences.subject_line, service) {
        (Some(line), _) => line.clone(),
        (None, Some(service)) => format!("{service}: {}", draft.subject),
        (None, None) => draft.subject.to_owned(),
    };
    let greeting = recipient.greeting.as_deref().unwrap_or("Hello");
    let ending = service.map(|service| format!("\n{service}\n")).unwrap_or_default();
    let body = format!("{greeting},\n\n{}\n\nYou can see the details here:\n\n{app_url}{}\n{ending}", draft.sentence, draft.path);
    Message::Email(Email { to: recipient.email.clone(), subject, body })
}

/// A draft as a text message. The name of the service is left out where it makes the text too long.
pub(super) fn text_message(
    preferences: &NotificationPreferences,
    recipient: &Recipient,
    draft: &Draft,
    number: String,
) -> Message {
    let service = recipient.service.as_deref().filter(|_| preferences.wording == MessageWording::Named);
    let named = service.map(|service| format!("{service}: {}", draft.text)).filter(|text| fits_one_text_message(text));
    Message::Sms(TextMessage { to: number, body: named.unwrap_or_else(|| draft.text.clone()) })
}

/// The text message with a verification code.
pub(super) fn verification_code(number: &str, code: &str) -> Message {
    Message::Sms(TextMessage { to: number.to_owned(), body: format!("Your code is {code}. It works for ten minutes.") })
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
            expires_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn recipient(service: &str) -> Recipient {
        Recipient { email: "ada@example.org".to_owned(), greeting: Some("Dear H".to_owned()), service: Some(service.to_owned()) }
    }

    fn parts(message: Message) -> (String, String) {
        match message {
            Message::Email(email) => (email.subject, email.body),
            Message::Sms(text) => (text.to, text.body),
        }
    }

    #[test]
    fn an_email_uses_the_greeting_and_names_the_service_where_that_is_chosen_and_agreed() {
        let default = NotificationPreferences::default();
        let named = NotificationPreferences { wording: MessageWording::Named, ..default.clone() };
        let own = NotificationPreferences { subject_line: Some("Rota".to_owned()), ..named.clone() };
        let write = |preferences: &NotificationPreferences, to: &Recipient| {
            parts(email(preferences, to, &draft(), "https://app.example.org"))
        };
        let (subject, body) = write(&default, &recipient("Confide"));
        assert_eq!(subject, "Your booking is confirmed");
        assert!(body.starts_with("Dear H,\n\nyour booking is confirmed.\n") && !body.contains("Confide"), "{body}");
        let (subject, body) = write(&named, &recipient("Confide"));
        assert_eq!(subject, "Confide: Your booking is confirmed");
        assert!(body.ends_with("https://app.example.org/bookings/1\n\nConfide\n"), "{body}");
        assert_eq!(write(&own, &recipient("Confide")).0, "Rota");
        let not_allowed = Recipient { service: None, greeting: None, ..recipient("") };
        let (subject, body) = write(&named, &not_allowed);
        assert!(subject == "Your booking is confirmed" && body.starts_with("Hello,\n") && !body.contains("Confide"));
    }

    #[test]
    fn a_text_message_names_the_service_only_where_it_still_fits() {
        let named = NotificationPreferences { wording: MessageWording::Named, ..NotificationPreferences::default() };
        let write = |to: &Recipient| parts(text_message(&named, to, &draft(), "+447700900123".to_owned())).1;
        assert_eq!(write(&recipient("Confide")), "Confide: Your booking is confirmed.");
        assert_eq!(write(&recipient(&"x".repeat(160))), "Your booking is confirmed.");
        assert!(rules::fits_one_text_message(&parts(verification_code("+447700900123", "123456")).1));
    }
}
