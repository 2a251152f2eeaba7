//! The message that invites a practitioner to give feedback. Its wording is neutral: it does not say what about.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;

/// The invitation to give feedback.
pub fn feedback_invitation(until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "How did it go?",
        sentence: "if you like, tell us in a minute how it went. You need not answer, and we will not ask again soon.".to_owned(),
        path: "/feedback".to_owned(),
        text: "How did it go? If you like, tell us in your app. You need not answer.".to_owned(),
        essential: false,
        expires_at: until,
    }
}
