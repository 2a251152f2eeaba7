//! The messages that a letter waits for an answer, that it was answered, and that it cannot be sent any more. Their wording is neutral: it
//! does not say what it is, who wrote it, who it is for, what the answer is or why it cannot be sent.

use chrono::{DateTime, Utc};

use people::accounts::emails::StaffTaskNotification;
use people::notifications::model::Draft;
use platform::ids::Id;

/// The message about a letter that waits for the practitioner's agreement.
pub fn answer_awaited(letter: Id, until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "Something is waiting for your answer",
        sentence: "something is waiting for your answer. You can read it and answer in your app.".to_owned(),
        path: format!("/documents/{letter}"),
        text: "Something is waiting for your answer in your app.".to_owned(),
        essential: true,
        expires_at: until,
    }
}

/// The message to the author about an answer of the practitioner.
pub fn answered(letter: Id) -> StaffTaskNotification {
    StaffTaskNotification {
        subject: "Something was answered",
        sentence: "something was answered. You can read the answer in the app.".to_owned(),
        path: format!("/documents/{letter}"),
    }
}

/// The message to the author about a letter that cannot be sent any more.
pub fn unsendable(letter: Id) -> StaffTaskNotification {
    StaffTaskNotification {
        subject: "Something needs a change",
        sentence: "something that was ready needs a change before it can go on. You can read why in the app.".to_owned(),
        path: format!("/documents/{letter}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    const REVEALING: [&str; 12] =
        ["letter", "gp", "employer", "insur", "regulator", "health", "clinic", "confide", "agree", "declin", "withdr", "consent"];

    #[test]
    fn the_message_reveals_neither_its_subject_nor_the_service() {
        let draft = answer_awaited(Id(uuid::Uuid::nil()), DateTime::UNIX_EPOCH);
        assert!(fits_one_text_message(&draft.text));
        let text = format!("{} {} {} {}", draft.subject, draft.sentence, draft.text, draft.path).to_lowercase();
        for word in REVEALING {
            assert!(!text.contains(word), "{word}");
        }
    }

    #[test]
    fn the_messages_to_the_author_reveal_neither_their_subject_nor_the_answer() {
        for task in [answered(Id(uuid::Uuid::nil())), unsendable(Id(uuid::Uuid::nil()))] {
            let text = format!("{} {} {}", task.subject, task.sentence, task.path).to_lowercase();
            for word in REVEALING {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
