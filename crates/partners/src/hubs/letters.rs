//! The messages about referrals. Their words are neutral: they name neither the service nor a hub, nor what is asked for.

use super::model::{ReferralUpdateChannel, Referred};
use platform::outbox::{Letter, Message, Text};

/// Hands somebody without an account the code by which they see how theirs stands, if they want to be written to.
pub fn code(told: &Referred, app_url: &str, code: &str) -> Option<Message> {
    message(told, "Your code", &format!("your code is {code}. With it you can see how your request stands."), app_url)
}

/// Tells somebody without an account that there is news, if they want to be written to.
pub fn news(told: &Referred, app_url: &str) -> Option<Message> {
    let sentence = "there is news about your request. You can see it with the code that you were given.";
    message(told, "There is news about your request", sentence, app_url)
}

fn message(told: &Referred, subject: &str, sentence: &str, app_url: &str) -> Option<Message> {
    let page = format!("{app_url}/requests");
    match told.news {
        ReferralUpdateChannel::Code => None,
        ReferralUpdateChannel::Sms => told.phone.as_ref().map(|number| {
            let mut words = sentence.chars();
            let first: String = words.next().into_iter().flat_map(char::to_uppercase).collect();
            Message::Sms(Text { to: number.clone(), body: format!("{first}{} {page}", words.as_str()) })
        }),
        ReferralUpdateChannel::Email => told.email.as_ref().map(|address| {
            let body = format!("Hello,\n\n{sentence}\n\n{page}\n");
            Message::Email(Letter { to: address.clone(), subject: subject.to_owned(), body })
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hubs::model::ReferralReason;
    use people::notifications::rules::fits_a_text;

    fn told(news: ReferralUpdateChannel) -> Referred {
        Referred {
            reason: ReferralReason::Trauma,
            pseudonym: None,
            profession: None,
            icb_code: None,
            name: Some("Nora".to_owned()),
            phone: Some("+447700900123".to_owned()),
            email: Some("nora@example.org".to_owned()),
            note: None,
            news,
            help: None,
            signpost: None,
        }
    }

    #[test]
    fn the_words_are_neutral_and_a_text_is_one_text() {
        let (url, secret) = ("https://app.confide.invalid", "7K3M-9QXA-7K3M-9QXA");
        for news_by in [ReferralUpdateChannel::Sms, ReferralUpdateChannel::Email] {
            for message in [code(&told(news_by), url, secret), news(&told(news_by), url)] {
                let words = match message.unwrap() {
                    Message::Sms(text) => {
                        assert!(fits_a_text(&text.body), "{}", text.body);
                        text.body
                    }
                    Message::Email(letter) => format!("{} {}", letter.subject, letter.body),
                };
                let plain = words.replace(url, "").to_lowercase();
                for telling in ["confide", "hub", "referral", "mental", "nora", "trauma", "support"] {
                    assert!(!plain.contains(telling), "{words}");
                }
            }
        }
        assert!(
            code(&told(ReferralUpdateChannel::Code), url, secret).is_none()
                && news(&told(ReferralUpdateChannel::Code), url).is_none()
        );
    }
}
