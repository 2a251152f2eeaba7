//! The messages of campaigns. Their words are neutral: they name neither the service nor its field, and a link carries its
//! secret behind the `#`, which browsers do not send to any server. A text with its link goes as one text.

use super::model::{Counts, OutreachResponse, OutreachWording};
use platform::outbox::{Letter, Message, MessageCarrier, Text};

/// What the words of a campaign are.
struct Words {
    subject: &'static str,
    /// In a letter, a sentence that begins with a small letter.
    sentence: &'static str,
    /// In a text, before the link.
    text: &'static str,
}

const fn words(wording: OutreachWording) -> Words {
    match wording {
        OutreachWording::StaffOffer => Words {
            subject: "An offer for staff",
            sentence: "there is an offer for you and your colleagues.",
            text: "An offer for staff.",
        },
        OutreachWording::RecentEvents => Words {
            subject: "After recent events at work",
            sentence: "after recent events at work there is an offer for you\nand your colleagues.",
            text: "After recent events at work: an offer for staff.",
        },
        OutreachWording::BusyWeeks => Words {
            subject: "After some busy weeks",
            sentence: "after some busy weeks there is an offer for you and your\ncolleagues.",
            text: "After some busy weeks: an offer for staff.",
        },
        OutreachWording::TeamOffer => Words {
            subject: "An offer for your team",
            sentence: "there is an offer for the team that you lead.",
            text: "An offer for your team.",
        },
        OutreachWording::SeniorOffer => Words {
            subject: "An offer for senior colleagues",
            sentence: "there is an offer for you and other senior colleagues.",
            text: "An offer for senior colleagues.",
        },
    }
}

/// A campaign's message to one address.
pub fn message(wording: OutreachWording, channel: MessageCarrier, to: &str, app_url: &str, token: &str) -> Message {
    let words = words(wording);
    let (to, link) = (to.to_owned(), format!("{app_url}/n#{token}"));
    match channel {
        MessageCarrier::Email => Message::Email(Letter {
            to,
            subject: words.subject.to_owned(),
            body: format!(
                "Hello,\n\n{}\n\nWhat it is, and how to get no more such messages, you find here:\n\n{link}\n\n\
                 Your employer gave us this address for this purpose only, and does\nnot learn whether or what you answer.\n",
                words.sentence
            ),
        }),
        MessageCarrier::Sms => Message::Sms(Text { to, body: format!("{} More, or no more messages: {link}", words.text) }),
    }
}

/// Tells the employer's contact what may be told of a campaign that is over.
pub fn counts(to: &str, counts: &Counts) -> Message {
    let shown = |count: Option<u32>| count.map_or_else(|| "not shown".to_owned(), |count| count.to_string());
    let lines = counts.responses.iter().filter_map(|one| Some(format!("{}: {}", in_words(&one.category)?, shown(one.count))));
    let lines: Vec<String> = [format!("Messages that went: {}", shown(counts.sent))].into_iter().chain(lines).collect();
    Message::Email(Letter {
        to: to.to_owned(),
        subject: "The offer to your staff has ended".to_owned(),
        body: format!(
            "Hello,\n\nthe offer to your staff has ended. These are its figures. They are\nrounded to five, and small ones are not \
             shown.\n\n{}\n\nAll contacts that you gave us for it are being deleted.\n",
            lines.join("\n")
        ),
    })
}

fn in_words(category: &str) -> Option<&'static str> {
    Some(match OutreachResponse::parse(category) {
        Some(OutreachResponse::SelfCheck) => "Looked for themselves",
        Some(OutreachResponse::PleaseContactMe) => "Asked to be contacted",
        Some(OutreachResponse::AsksForTeamSession) => "Asked for a session for their team",
        Some(OutreachResponse::OptOut) => "Want no more messages",
        None if category == "none" => "Did not answer",
        None => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outreach::links::TOKEN_LENGTH;
    use people::notifications::rules::fits_a_text;

    /// What would tell somebody who looks over a shoulder what the message is about.
    const TELLING: &[&str] = &[
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
    fn no_wording_tells_what_it_is_about() {
        for message in all("https://app.example.org") {
            let text = match message {
                Message::Email(letter) => format!("{}\n{}", letter.subject, letter.body),
                Message::Sms(text) => text.body,
            };
            let told: Vec<_> = TELLING.iter().filter(|word| text.to_lowercase().contains(**word)).collect();
            assert!(told.is_empty(), "{told:?} in {text}");
            assert!(text.contains("no more") || text.contains("has ended"), "nobody is told how to be left alone: {text}");
        }
    }

    #[test]
    fn texts_go_as_one_and_letters_go_as_they_stand() {
        for message in all("https://offers.example.nhs.uk") {
            match message {
                Message::Email(letter) => {
                    assert!(letter.body.is_ascii() && letter.body.lines().all(|line| line.len() <= 76), "{}", letter.body);
                }
                Message::Sms(text) => assert!(fits_a_text(&text.body), "{} characters: {}", text.body.len(), text.body),
            }
        }
    }
}
