//! Forms about feedback.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{FeedbackCommentReader, FeedbackOpinion, FeedbackSubject, HelpedRating, WellbeingEffect};
use super::queries::{Comment, Feedback};
use platform::ids::{Id, UtcTime};
use platform::private::Private;

/// What a practitioner says about an appointment, or about care as a whole when it has ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveFeedback {
    /// What it is about.
    pub about: FeedbackSubject,
    /// Which appointment. Required for one, and for nothing else.
    #[serde(default)]
    pub appointment_id: Option<Id>,
    /// Whether the service helped the ability to train or to work.
    #[schema(value_type = HelpedRating)]
    pub helped: Private<HelpedRating>,
    /// What effect it had on wellbeing.
    #[schema(value_type = WellbeingEffect)]
    pub wellbeing: Private<WellbeingEffect>,
    /// Whether they would recommend the service to a colleague.
    #[serde(default)]
    #[schema(value_type = Option<FeedbackOpinion>)]
    pub would_recommend: Option<Private<FeedbackOpinion>>,
    /// Whether confidentiality was kept.
    #[serde(default)]
    #[schema(value_type = Option<FeedbackOpinion>)]
    pub confidentiality_kept: Option<Private<FeedbackOpinion>>,
    /// Anything in their own words.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub comment: Option<Private<String>>,
    /// Who may read the words: those who run the service, without the author's name, or the clinician, with it. The service
    /// when left out.
    #[serde(default)]
    pub comment_for: Option<FeedbackCommentReader>,
}

/// What somebody said. A clinician sees the words that are addressed to them, and nothing else of it.
#[derive(Serialize, ToSchema)]
pub struct FeedbackView {
    /// Names it.
    pub id: Id,
    /// Who said it.
    pub practitioner_id: Id,
    /// What it is about.
    pub about: FeedbackSubject,
    /// The appointment that it is about.
    pub appointment_id: Option<Id>,
    /// Whether the service helped to train or work. For the practitioner; null for the clinician.
    pub helped: Option<HelpedRating>,
    /// What effect it had on wellbeing. For the practitioner; null for the clinician.
    pub wellbeing: Option<WellbeingEffect>,
    /// Whether they would recommend the service. For the practitioner; null for the clinician.
    pub would_recommend: Option<FeedbackOpinion>,
    /// Whether confidentiality was kept. For the practitioner; null for the clinician.
    pub confidentiality_kept: Option<FeedbackOpinion>,
    /// What was written. Not shown in lists.
    #[schema(max_length = 4000)]
    pub comment: Option<String>,
    /// Who may read what was written; null where nothing was.
    pub comment_for: Option<FeedbackCommentReader>,
    /// When it was said.
    pub given_at: UtcTime,
}

impl FeedbackView {
    /// Everything, for whoever said it.
    pub fn own(feedback: Feedback) -> Self {
        let ratings = feedback.ratings.clone();
        Self {
            helped: Some(ratings.helped),
            wellbeing: Some(ratings.wellbeing),
            would_recommend: ratings.would_recommend,
            confidentiality_kept: ratings.confidentiality_kept,
            ..Self::addressed(feedback)
        }
    }

    /// The words, for the clinician to whom they are addressed.
    pub fn addressed(feedback: Feedback) -> Self {
        let (comment, comment_for) = feedback.comment.unzip();
        Self {
            id: feedback.id,
            practitioner_id: feedback.practitioner,
            about: feedback.about.about(),
            appointment_id: feedback.about.appointment(),
            helped: None,
            wellbeing: None,
            would_recommend: None,
            confidentiality_kept: None,
            comment: comment.map(Private::into_revealed),
            comment_for,
            given_at: feedback.given_at,
        }
    }

    /// The same without its words.
    #[must_use]
    pub fn in_list(self) -> Self {
        Self { comment: None, ..self }
    }
}

/// Words without their author.
#[derive(Serialize, ToSchema)]
pub struct FeedbackComment {
    /// What was written.
    #[schema(max_length = 4000)]
    pub comment: String,
    /// The day on which it was shown, with those of at least four others. It was written some weeks before, or earlier.
    pub released_on: NaiveDate,
}

impl From<Comment> for FeedbackComment {
    fn from(comment: Comment) -> Self {
        Self { comment: comment.words.into_revealed(), released_on: comment.released_at.london_day() }
    }
}
