//! The message that questionnaires wait. Its words are neutral: they do not say what is asked, by whom or why.

use chrono::{DateTime, Utc};

use people::notifications::model::Draft;
use platform::ids::Id;

/// Tells that somebody asked for answers.
pub fn questions_wait(assessment: Id, until: DateTime<Utc>) -> Draft {
    Draft {
        subject: "A few questions are waiting for you",
        sentence: "a few questions are waiting for you. They take some minutes, and you can stop and go on later.".to_owned(),
        path: format!("/questions/{assessment}"),
        text: "A few questions are waiting for you in your app. They take some minutes.".to_owned(),
        essential: true,
        until,
    }
}
