//! Types of feedback: subjects, rating scales and readers of comments.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use platform::ids::Id;
use scheduling::booking::model::AppointmentState;

platform::string_enum! {
    /// What feedback is about.
    pub enum FeedbackSubject {
        /// An attended appointment.
        Appointment = "appointment",
        /// Care as a whole, after it has ended.
        Discharge = "discharge",
    }

    /// Whether the service helped the ability to train or work. The share who were helped is that of the first two answers among
    /// everyone except `not_applicable`; the published survey found 85%.
    pub enum HelpedRating {
        /// It helped a lot.
        ALot = "a_lot",
        /// It helped somewhat.
        Somewhat = "somewhat",
        /// It made no difference.
        NoDifference = "no_difference",
        /// It got in the way.
        Hindered = "hindered",
        /// Not training or working at present, or not relevant. Not counted in the share.
        NotApplicable = "not_applicable",
    }

    /// The effect of the service on wellbeing. The share with a positive effect is that of the first two answers among all
    /// answers; the published survey found 88%.
    pub enum WellbeingEffect {
        /// A very positive effect.
        VeryPositive = "very_positive",
        /// A positive effect.
        Positive = "positive",
        /// No effect.
        None = "none",
        /// A negative effect.
        Negative = "negative",
        /// A very negative effect.
        VeryNegative = "very_negative",
    }

    /// Answer to a yes-or-no question.
    pub enum FeedbackOpinion {
        /// Yes.
        Yes = "yes",
        /// Not sure.
        Unsure = "unsure",
        /// No.
        No = "no",
    }

    /// Who can read a comment.
    pub enum FeedbackCommentReader {
        /// Those who run the service, anonymously.
        Service = "service",
        /// The clinician the feedback is about, with the author's name.
        Clinician = "clinician",
    }
}

/// The appointment or the end of care that feedback is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedbackTarget {
    /// An appointment, by its id.
    Appointment(Id),
    /// The end of care, by the id of the pathway change.
    Discharge(Id),
}

impl FeedbackTarget {
    /// The id of the appointment, or of the pathway change.
    pub const fn id(self) -> Id {
        match self {
            Self::Appointment(id) | Self::Discharge(id) => id,
        }
    }

    /// The kind of subject.
    pub const fn subject(self) -> FeedbackSubject {
        match self {
            Self::Appointment(_) => FeedbackSubject::Appointment,
            Self::Discharge(_) => FeedbackSubject::Discharge,
        }
    }

    /// The appointment, if it is about one.
    pub const fn appointment(self) -> Option<Id> {
        match self {
            Self::Appointment(id) => Some(id),
            Self::Discharge(_) => None,
        }
    }

    /// The end of care, if it is about one.
    pub const fn discharge(self) -> Option<Id> {
        match self {
            Self::Appointment(_) => None,
            Self::Discharge(id) => Some(id),
        }
    }
}

/// The chosen answers, as they are sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratings {
    /// Whether the service helped their ability to train or work.
    pub helped: HelpedRating,
    pub wellbeing: WellbeingEffect,
    /// Whether they would recommend the service to a colleague.
    pub would_recommend: Option<FeedbackOpinion>,
    /// Whether their confidentiality was respected.
    pub confidentiality_kept: Option<FeedbackOpinion>,
}

platform::redacted_debug!(Ratings);

/// The limits of feedback, as read from the data file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how many days after its start feedback about an appointment can be given.
    pub open_days_after_appointment: u16,
    /// For how many days after the end of care feedback about it can be given.
    pub open_days_after_discharge: u16,
    /// How many hours after the appointment or the end of care the practitioner is invited.
    pub invite_after_hours: u16,
    /// After how many days it is too late to invite.
    pub invite_within_days: u16,
    /// The minimum number of days between two invitations.
    pub invite_every_days: u16,
    /// How old comments must be, in days, before they are released to those who run the service.
    pub release_after_days: u16,
    /// The minimum number of authors whose comments are released together.
    pub release_fewest_people: u16,
    /// Where these values come from.
    pub source: String,
}

/// What feedback about an appointment depends on.
#[derive(Debug, Clone, Copy)]
pub struct AppointmentFacts {
    pub status: AppointmentState,
    pub starts_at: DateTime<Utc>,
    /// Whether feedback has already been given.
    pub feedback_given: bool,
}

/// What inviting a practitioner depends on.
#[derive(Debug, Clone, Copy)]
pub struct InvitationFacts {
    /// Whether feedback has already been given.
    pub feedback_given: bool,
    /// When they were last invited, about anything.
    pub last_invited: Option<DateTime<Utc>>,
    /// Whether they have a risk alert that is open.
    pub has_open_alert: bool,
    /// Whether the subject still applies: the appointment took place, or care is still ended.
    pub still_applies: bool,
}
