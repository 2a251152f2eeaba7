//! The message to a practitioner about something that was settled. It names no one and says nothing about care.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;

/// Says that what was to be arranged in another way is settled. It is not sent after `until`.
pub fn settled(until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "Something has been arranged for you",
        sentence: "what was to be arranged in another way for you has been settled.".to_owned(),
        path: "/".to_owned(),
        text: "What was to be arranged in another way for you has been settled. The details are in your app.".to_owned(),
        essential: true,
        expires_at: until,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use people::notifications::rules::fits_one_text_message;

    #[test]
    fn the_text_message_fits_in_one_and_reveals_nothing() {
        let draft = settled(DateTime::UNIX_EPOCH);
        assert!(fits_one_text_message(&draft.text), "{}", draft.text);
        let wording = format!("{} {} {}", draft.subject, draft.sentence, draft.text).to_lowercase();
        for word in ["confide", "clinic", "doctor", "health", "block", "colleague", "http"] {
            assert!(!wording.contains(word), "{word} is in: {wording}");
        }
    }
}
