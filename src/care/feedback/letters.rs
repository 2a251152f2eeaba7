//! The message that asks how it went. Its words are neutral: they do not say what is meant.

use crate::platform::outbox::Letter;

/// Asks how it went.
pub fn how_did_it_go(to: &str, app_url: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: "How did it go?".to_owned(),
        body: format!(
            "Hello,\n\nif you like, tell us in a minute how it went:\n\n{app_url}/feedback\n\n\
             You need not answer, and nobody will ask again soon.\n"
        ),
    }
}
