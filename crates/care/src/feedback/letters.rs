//! The message that asks how it went. Its words are neutral: they do not say what is meant.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;

/// Asks how it went.
pub fn how_did_it_go(until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "How did it go?",
        sentence: "if you like, tell us in a minute how it went. You need not answer, and nobody will ask again soon.".to_owned(),
        path: "/feedback".to_owned(),
        text: "How did it go? If you like, tell us in your app. You need not answer.".to_owned(),
        essential: false,
        until,
    }
}
