//! The messages that carry an invitation. Their wording is neutral: they name neither the service nor its field, and a link
//! carries its secret after the `#`, which browsers do not send to any server.

use super::model::InvitationRecipient;
use platform::outbox::text::fits_one_text_message;
use platform::outbox::{Email, Message, TextMessage};

/// The message with the link, which is valid until the day `until`.
pub fn invitation(to: &InvitationRecipient, app_url: &str, token: &str, until: &str) -> Message {
    let link = format!("{app_url}/join#token={token}");
    match to {
        InvitationRecipient::Mobile(number) => {
            let full = format!("As you asked, here is your link: {link} It works once, until {until}.");
            let short = format!("Your link: {link}");
            Message::Sms(TextMessage { to: number.clone(), body: if fits_one_text_message(&full) { full } else { short } })
        }
        InvitationRecipient::Email(address) => Message::Email(Email {
            to: address.clone(),
            subject: "The link you asked for".to_owned(),
            body: format!(
                "Hello,\n\nas you asked, here is your link:\n\n{link}\n\nIt works once, until {until}.\n\
                 If you did not ask for it, you can ignore this message.\n"
            ),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invitation_says_only_the_link_and_its_last_day() {
        let (url, token) = ("https://app.confide.invalid", "x".repeat(22));
        let mobile = InvitationRecipient::Mobile("+447700900123".to_owned());
        let Message::Sms(text) = invitation(&mobile, url, &token, "18 January") else { panic!("not a text") };
        assert!(fits_one_text_message(&text.body), "{}", text.body);
        assert_eq!(
            text.body,
            format!("As you asked, here is your link: {url}/join#token={token} It works once, until 18 January.")
        );
        let Message::Sms(text) = invitation(&mobile, &"u".repeat(90), &token, "18 January") else { panic!("not a text") };
        assert!(text.body.starts_with("Your link: u") && fits_one_text_message(&text.body));
        let address = InvitationRecipient::Email("ada@example.org".to_owned());
        let Message::Email(email) = invitation(&address, url, &token, "18 January") else { panic!("not an email") };
        assert!(email.body.is_ascii() && email.body.lines().all(|line| line.len() <= 76), "{}", email.body);
    }
}
