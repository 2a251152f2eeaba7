//! The message that questionnaires wait. Its words are neutral: they do not say what is asked, by whom or why.

use crate::platform::ids::Id;
use crate::platform::outbox::Letter;

/// Tells that somebody asked for answers.
pub fn questions_wait(to: &str, app_url: &str, assessment: Id) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "A few questions are waiting for you".to_owned(),
        body: format!(
            "Hello,\n\na few questions are waiting for you. They take some minutes,\nand you can stop and go on later.\n\n\
             {app_url}/questions/{assessment}\n"
        ),
    }
}
