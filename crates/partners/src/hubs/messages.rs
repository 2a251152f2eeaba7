//! The emails and text messages about referrals. Their wording is neutral: they name neither the service nor a hub, nor what is
//! requested.

use super::model::{ReferralDetails, ReferralUpdateChannel};
use platform::outbox::{Email, Message, TextMessage};

/// The message with the code by which a person without an account can look up their referral; none if they want no messages.
pub fn status_code(details: &ReferralDetails, app_url: &str, code: &str) -> Option<Message> {
    message(details, "Your code", &format!("your code is {code}. You can use it to see the status of your request."), app_url)
}

/// The message to a person without an account that their referral has an update; none if they want no messages.
pub fn update(details: &ReferralDetails, app_url: &str) -> Option<Message> {
    let sentence = "there is news about your request. Use the code that you were given to see it.";
    message(details, "There is news about your request", sentence, app_url)
}

fn message(details: &ReferralDetails, subject: &str, sentence: &str, app_url: &str) -> Option<Message> {
    let page = format!("{app_url}/requests");
    match details.updates_by {
        ReferralUpdateChannel::Code => None,
        ReferralUpdateChannel::Sms => details.phone.as_ref().map(|number| {
            let mut characters = sentence.chars();
            let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
            Message::Sms(TextMessage { to: number.clone(), body: format!("{first}{} {page}", characters.as_str()) })
        }),
        ReferralUpdateChannel::Email => details.email.as_ref().map(|address| {
            let body = format!("Hello,\n\n{sentence}\n\n{page}\n");
            Message::Email(Email { to: address.clone(), subject: subject.to_owned(), body })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubs::model::ReferralReason;
    use people::notifications::rules::fits_one_text_message;

    fn details(news: ReferralUpdateChannel) -> ReferralDetails {
        ReferralDetails {
            reason: ReferralReason::Trauma,
            pseudonym: None,
            profession: None,
            icb_code: None,
            name: Some("Nora".to_owned()),
            phone: Some("+447700900123".to_owned()),
            email: Some("nora@example.org".to_owned()),
            note: None,
            updates_by: news,
            help: None,
            signpost: None,
        }
    }

    #[test]
    fn messages_are_neutral_and_each_text_message_fits_in_one() {
        let (url, secret) = ("https://app.confide.invalid", "7K3M-9QXA-7K3M-9QXA");
        for news_by in [ReferralUpdateChannel::Sms, ReferralUpdateChannel::Email] {
            for message in [status_code(&details(news_by), url, secret), update(&details(news_by), url)] {
                let content = match message.unwrap() {
                    Message::Sms(text) => {
                        assert!(fits_one_text_message(&text.body), "{}", text.body);
                        text.body
                    }
                    Message::Email(email) => format!("{} {}", email.subject, email.body),
                };
                let plain = content.replace(url, "").to_lowercase();
                for revealing in ["confide", "hub", "referral", "mental", "nora", "trauma", "support"] {
                    assert!(!plain.contains(revealing), "{content}");
                }
            }
        }
        assert!(
            status_code(&details(ReferralUpdateChannel::Code), url, secret).is_none()
                && update(&details(ReferralUpdateChannel::Code), url).is_none()
        );
    }
}
