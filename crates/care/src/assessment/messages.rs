//! The message that questionnaires are waiting. Its wording is neutral: it does not say what is asked, who asks or why.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use platform::ids::Id;

/// The message about questionnaires that a clinician has requested.
pub fn questionnaires_waiting(assessment: Id, until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "A few questions are waiting for you",
        sentence: "a few questions are waiting for you. They take a few minutes, and you can stop and continue later.".to_owned(),
        path: format!("/questions/{assessment}"),
        text: "A few questions are waiting for you in your app. They take a few minutes.".to_owned(),
        essential: true,
        expires_at: until,
    }
}
