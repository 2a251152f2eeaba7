//! Request and response bodies of feedback.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{FeedbackCommentReader, FeedbackOpinion, FeedbackSubject, HelpedRating, WellbeingEffect};
use super::queries::{Comment, Feedback};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// A practitioner's feedback about an appointment, or about care as a whole after it has ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveFeedback {
    /// The subject of the feedback.
    pub about: FeedbackSubject,
    /// The appointment. Required for feedback about an appointment, not allowed otherwise.
    #[serde(default)]
    pub appointment_id: Option<Id>,
    /// Whether the service helped their ability to train or work.
    #[schema(value_type = HelpedRating)]
    pub helped: Private<HelpedRating>,
    /// The effect on their wellbeing.
    #[schema(value_type = WellbeingEffect)]
    pub wellbeing: Private<WellbeingEffect>,
    /// Whether they would recommend the service to a colleague.
    #[serde(default)]
    #[schema(value_type = Option<FeedbackOpinion>)]
    pub would_recommend: Option<Private<FeedbackOpinion>>,
    /// Whether their confidentiality was respected.
    #[serde(default)]
    #[schema(value_type = Option<FeedbackOpinion>)]
    pub confidentiality_kept: Option<Private<FeedbackOpinion>>,
    /// A comment in their own words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub comment: Option<Private<String>>,
    /// Who can read the comment: those who run the service, anonymously, or the clinician, with the author's name. `service`
    /// when left out.
    #[serde(default)]
    pub comment_for: Option<FeedbackCommentReader>,
}

/// Feedback as one reader sees it. A clinician sees only a comment that is addressed to them.
#[derive(Serialize, ToSchema)]
pub struct FeedbackView {
    /// Identifies the feedback.
    pub id: Id,
    /// The practitioner who gave it.
    pub practitioner_id: Id,
    /// The subject of the feedback.
    pub about: FeedbackSubject,
    /// The appointment it is about; null for care as a whole.
    pub appointment_id: Option<Id>,
    /// Whether the service helped their ability to train or work. Null for the clinician.
    pub helped: Option<HelpedRating>,
    /// The effect on their wellbeing. Null for the clinician.
    pub wellbeing: Option<WellbeingEffect>,
    /// Whether they would recommend the service to a colleague. Null for the clinician.
    pub would_recommend: Option<FeedbackOpinion>,
    /// Whether their confidentiality was respected. Null for the clinician.
    pub confidentiality_kept: Option<FeedbackOpinion>,
    /// The comment. Null in lists.
    #[schema(max_length = 4000)]
    pub comment: Option<String>,
    /// Who can read the comment; null if there is none.
    pub comment_for: Option<FeedbackCommentReader>,
    /// When the feedback was given.
    pub given_at: UtcTime,
}

impl FeedbackView {
    /// All of it, for its author.
    pub fn for_author(feedback: Feedback) -> Self {
        let ratings = feedback.ratings.clone();
        Self {
            helped: Some(ratings.helped),
            wellbeing: Some(ratings.wellbeing),
            would_recommend: ratings.would_recommend,
            confidentiality_kept: ratings.confidentiality_kept,
            ..Self::for_clinician(feedback)
        }
    }

    /// The comment, for the clinician it is addressed to.
    pub fn for_clinician(feedback: Feedback) -> Self {
        let (comment, comment_for) = feedback.comment.unzip();
        Self {
            id: feedback.id,
            practitioner_id: feedback.practitioner,
            about: feedback.target.subject(),
            appointment_id: feedback.target.appointment(),
            helped: None,
            wellbeing: None,
            would_recommend: None,
            confidentiality_kept: None,
            comment: comment.map(Private::into_revealed),
            comment_for,
            given_at: feedback.given_at,
        }
    }

    /// The same without the comment.
    #[must_use]
    pub fn in_list(self) -> Self {
        Self { comment: None, ..self }
    }
}

/// An anonymous comment.
#[derive(Serialize, ToSchema)]
pub struct FeedbackComment {
    /// The text of the comment.
    #[schema(max_length = 4000)]
    pub comment: String,
    /// The date on which it was released together with the comments of at least four other people. It was written at least some
    /// weeks before.
    pub released_on: NaiveDate,
}

impl From<Comment> for FeedbackComment {
    fn from(comment: Comment) -> Self {
        Self { comment: comment.text.into_revealed(), released_on: comment.released_at.london_day() }
    }
}
