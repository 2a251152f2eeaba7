//! The messages about follow-ups. Their wording is neutral: someone reading over a shoulder learns that something is to be
//! booked, but not what, with which person or why. The link contains the follow-up's id and nothing else.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use platform::ids::Id;

/// The address of a follow-up in the companion app.
pub fn link(app_url: &str, follow_up: Id) -> String {
    format!("{app_url}{}", path(follow_up))
}

fn path(follow_up: Id) -> String {
    format!("/follow-ups/{follow_up}")
}

/// The message that a follow-up is due.
pub fn reminder(follow_up: Id, until: DateTime<Utc>) -> Draft {
    let text = "It is time to make your next booking. You can choose a time in your app.";
    draft(follow_up, until, "Time to make your next booking", "it is time to make your next booking.", text)
}

/// The message that a follow-up is overdue.
pub fn overdue_reminder(follow_up: Id, until: DateTime<Utc>) -> Draft {
    let sentence = "your next booking has not been made yet. If there is a problem, just get in touch.";
    let text = "Your next booking has not been made yet. You can choose a time in your app, or get in touch.";
    draft(follow_up, until, "Your next booking", sentence, text)
}

fn draft(follow_up: Id, until: DateTime<Utc>, subject: &'static str, sentence: &str, text: &str) -> Draft {
    Draft {
        subject,
        sentence: sentence.to_owned(),
        path: path(follow_up),
        text: text.to_owned(),
        essential: false,
        expires_at: until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    #[test]
    fn messages_reveal_neither_their_subject_nor_the_service() {
        let id = Id(uuid::Uuid::nil());
        for draft in [reminder(id, DateTime::UNIX_EPOCH), overdue_reminder(id, DateTime::UNIX_EPOCH)] {
            assert!(fits_one_text_message(&draft.text));
            let text = format!("{} {} {}", draft.subject, draft.sentence, draft.text).to_lowercase();
            for word in ["follow-up", "review", "clinic", "health", "confide", "therapy", "appointment", "doctor", "ada"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
