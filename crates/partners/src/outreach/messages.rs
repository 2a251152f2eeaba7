//! The emails and text messages of campaigns. Their wording is neutral: it names neither the service nor its field. A link has
//! its secret after the `#`, which browsers do not send to any server. A text message with its link fits in one text.

use super::model::{Counts, OutreachResponse, OutreachWording};
use platform::outbox::{Email, Message, MessageCarrier, TextMessage};

/// The texts of a wording.
struct MessageTexts {
    subject: &'static str,
    /// In an email: a sentence that starts in lower case.
    sentence: &'static str,
    /// In a text message: the text before the link.
    text: &'static str,
}

const fn texts_of(wording: OutreachWording) -> MessageTexts {
    match wording {
        OutreachWording::StaffOffer => MessageTexts {
            subject: "An offer for staff",
            sentence: "there is an offer for you and your colleagues.",
            text: "An offer for staff.",
        },
        OutreachWording::RecentEvents => MessageTexts {
            subject: "After recent events at work",
            sentence: "after recent events at work there is an offer for you\nand your colleagues.",
            text: "After recent events at work: an offer for staff.",
        },
        OutreachWording::BusyWeeks => MessageTexts {
            subject: "After some busy weeks",
            sentence: "after some busy weeks there is an offer for you and your\ncolleagues.",
            text: "After some busy weeks: an offer for staff.",
        },
        OutreachWording::TeamOffer => MessageTexts {
            subject: "An offer for your team",
            sentence: "there is an offer for the team that you lead.",
            text: "An offer for your team.",
        },
        OutreachWording::SeniorOffer => MessageTexts {
            subject: "An offer for senior colleagues",
            sentence: "there is an offer for you and other senior colleagues.",
            text: "An offer for senior colleagues.",
        },
    }
}

/// A campaign's message to one address.
pub fn message(wording: OutreachWording, channel: MessageCarrier, to: &str, app_url: &str, token: &str) -> Message {
    let words = texts_of(wording);
    let (to, link) = (to.to_owned(), format!("{app_url}/n#{token}"));
    match channel {
        MessageCarrier::Email => Message::Email(Email {
            to,
            subject: words.subject.to_owned(),
            body: format!(
                "Hello,\n\n{}\n\nTo see what it is, or to get no more of these messages, open this link:\n\n{link}\n\n\
                 Your employer gave us this address for this purpose only. As a rule we do\nnot inform it whether you answer, or what.\n",
                words.sentence
            ),
        }),
        MessageCarrier::Sms => {
            Message::Sms(TextMessage { to, body: format!("{} More, or no more messages: {link}", words.text) })
        }
    }
}

/// Gives the employer's contact the counts of a campaign that is over.
pub fn counts(to: &str, counts: &Counts) -> Message {
    let shown = |count: Option<u32>| count.map_or_else(|| "not shown".to_owned(), |count| count.to_string());
    let lines =
        counts.responses.iter().filter_map(|one| Some(format!("{}: {}", category_label(&one.category)?, shown(one.count))));
    let lines: Vec<String> = [format!("Messages sent: {}", shown(counts.sent))].into_iter().chain(lines).collect();
    Message::Email(Email {
        to: to.to_owned(),
        subject: "The offer to your staff has ended".to_owned(),
        body: format!(
            "Hello,\n\nthe offer to your staff has ended. These are its figures. They are\nrounded to five, and small ones are not \
             shown.\n\n{}\n\nAll contacts that you gave us for it are being deleted.\n",
            lines.join("\n")
        ),
    })
}

fn category_label(category: &str) -> Option<&'static str> {
    Some(match OutreachResponse::parse(category) {
        Some(OutreachResponse::SelfCheck) => "Looked at the offer themselves",
        Some(OutreachResponse::PleaseContactMe) => "Asked to be contacted",
        Some(OutreachResponse::AsksForTeamSession) => "Asked for a team session",
        Some(OutreachResponse::OptOut) => "Want no more messages",
        None if category == "none" => "Did not answer",
        None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outreach::links::TOKEN_LENGTH;
    use people::notifications::rules::fits_one_text_message;

    /// Words that would reveal what the message is about to anyone who reads it over a shoulder.
    const REVEALING: &[&str] = &[
        "confide",
        "mental",
        "health",
        "wellbeing",
        "well-being",
        "psych",
        "therap",
        "counsel",
        "clinic",
        "care",
        "support",
        "stress",
        "trauma",
        "practitioner",
        "crisis",
        "burnout",
        "depress",
        "anxi",
        "suicid",
        "nhs",
        "doctor",
        "help",
        "bereave",
        "incident",
    ];

    fn all(app_url: &str) -> Vec<Message> {
        let token = "x".repeat(TOKEN_LENGTH);
        let counts = super::counts("to@example.org", &crate::outreach::rules::counts::of(&[]));
        let of = |wording: &OutreachWording| {
            MessageCarrier::ALL
                .iter()
                .map(|channel| message(*wording, *channel, "to@example.org", app_url, &token))
                .collect::<Vec<_>>()
        };
        OutreachWording::ALL.iter().flat_map(of).chain([counts]).collect()
    }

    #[test]
    fn no_wording_reveals_what_it_is_about() {
        for message in all("https://app.example.org") {
            let text = match message {
                Message::Email(email) => format!("{}\n{}", email.subject, email.body),
                Message::Sms(text) => text.body,
            };
            let revealed: Vec<_> = REVEALING.iter().filter(|word| text.to_lowercase().contains(**word)).collect();
            assert!(revealed.is_empty(), "{revealed:?} in {text}");
            assert!(text.contains("no more") || text.contains("has ended"), "it does not say how to stop messages: {text}");
        }
    }

    #[test]
    fn text_messages_fit_in_one_and_emails_need_no_encoding() {
        for message in all("https://offers.example.nhs.uk") {
            match message {
                Message::Email(email) => {
                    assert!(email.body.is_ascii() && email.body.lines().all(|line| line.len() <= 76), "{}", email.body);
                }
                Message::Sms(text) => assert!(fits_one_text_message(&text.body), "{} characters: {}", text.body.len(), text.body),
            }
        }
    }
}
