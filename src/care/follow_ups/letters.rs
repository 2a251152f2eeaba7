//! The messages about follow-ups. Their words are neutral: whoever reads over a shoulder learns that something is to be
//! booked, but not what, with whom or why. The link holds the follow-up's id and nothing else.

use crate::platform::ids::Id;
use crate::platform::outbox::Letter;

/// The address at which the companion app shows a follow-up.
pub fn link(app_url: &str, follow_up: Id) -> String {
    format!("{app_url}/follow-ups/{follow_up}")
}

/// Says that it is time.
pub fn reminder(to: &str, app_url: &str, follow_up: Id) -> Letter {
    letter(to, app_url, follow_up, "Time to make your next booking", "it is time to make your next booking.")
}

/// Says that it is past time.
pub fn chaser(to: &str, app_url: &str, follow_up: Id) -> Letter {
    let sentence = "your next booking has not been made yet. If something stands in the way, just get in touch.";
    letter(to, app_url, follow_up, "Your next booking", sentence)
}

fn letter(to: &str, app_url: &str, follow_up: Id, subject: &str, sentence: &str) -> Letter {
    let link = link(app_url, follow_up);
    Letter {
        to: to.to_owned(),
        subject: subject.to_owned(),
        body: format!("Hello,\n\n{sentence}\n\nYou can choose a time here:\n\n{link}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_neither_what_it_is_about_nor_who_writes() {
        let id = Id(uuid::Uuid::nil());
        for letter in [reminder("ada@example.org", "https://app", id), chaser("ada@example.org", "https://app", id)] {
            let text = format!("{} {}", letter.subject, letter.body).to_lowercase();
            assert!(text.contains("https://app/follow-ups/00000000-0000-0000-0000-000000000000"));
            for word in ["follow-up ", "review", "clinic", "health", "confide", "therapy", "appointment", "doctor", "ada"] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
