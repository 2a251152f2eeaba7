//! The nouns of feedback: what it is about, the scales, and who may read the words.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use platform::ids::Id;
use scheduling::booking::model::AppointmentStatus;

platform::words! {
    /// What feedback is about.
    pub enum FeedbackSubject {
        /// One appointment that took place.
        Appointment = "appointment",
        /// Care as a whole, when it has ended.
        Discharge = "discharge",
    }

    /// Whether the service helped the ability to train or to work. "It helped" are the first two, of all who are training or
    /// working: the seed's 85% is that share.
    pub enum HelpedRating {
        /// It helped a lot.
        ALot = "a_lot",
        /// It helped somewhat.
        Somewhat = "somewhat",
        /// It made no difference.
        NoDifference = "no_difference",
        /// It got in the way.
        Hindered = "hindered",
        /// Not training or working at present, or it was not about that. Counts for nothing in the share.
        NotApplicable = "not_applicable",
    }

    /// What effect the service had on wellbeing. "A positive effect" are the first two, of all who answered: the seed's 88% is
    /// that share.
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

    /// What somebody thinks of a statement.
    pub enum FeedbackOpinion {
        /// It is so.
        Yes = "yes",
        /// They are not sure.
        Unsure = "unsure",
        /// It is not so.
        No = "no",
    }

    /// Who may read the words.
    pub enum FeedbackCommentReader {
        /// Those who run the service, without knowing whose words they are.
        Service = "service",
        /// The clinician whom the feedback is about, who is told whose words they are.
        Clinician = "clinician",
    }
}

/// The one appointment or the one end of care that feedback is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// This appointment.
    Appointment(Id),
    /// The move of the pathway by which care ended.
    Discharge(Id),
}

impl Subject {
    /// Which kind it is.
    pub const fn about(self) -> FeedbackSubject {
        match self {
            Self::Appointment(_) => FeedbackSubject::Appointment,
            Self::Discharge(_) => FeedbackSubject::Discharge,
        }
    }

    /// The appointment, if it is one.
    pub const fn appointment(self) -> Option<Id> {
        match self {
            Self::Appointment(id) => Some(id),
            Self::Discharge(_) => None,
        }
    }

    /// The end of care, if it is one.
    pub const fn discharge(self) -> Option<Id> {
        match self {
            Self::Appointment(_) => None,
            Self::Discharge(id) => Some(id),
        }
    }
}

/// What was chosen, as it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ratings {
    /// Training and work.
    pub helped: HelpedRating,
    pub wellbeing: WellbeingEffect,
    /// Whether they would recommend the service to a colleague.
    pub would_recommend: Option<FeedbackOpinion>,
    /// Whether confidentiality was kept.
    pub confidentiality_kept: Option<FeedbackOpinion>,
}

platform::redacted_debug!(Ratings);

/// The figures of feedback, as the data file says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// For how many days after its start an appointment may be judged.
    pub open_days_after_appointment: u16,
    /// For how many days after its end care may be judged.
    pub open_days_after_discharge: u16,
    /// How many hours after it somebody is asked.
    pub invite_after_hours: u16,
    /// After how many days it is too late to ask.
    pub invite_within_days: u16,
    /// How many days lie between two letters that ask.
    pub invite_every_days: u16,
    /// How many days old words are before they are shown to those who run the service.
    pub release_after_days: u16,
    /// How many people's words are shown together at least.
    pub release_fewest_people: u16,
    /// Why these.
    pub source: String,
}

/// What judging an appointment depends on.
#[derive(Debug, Clone, Copy)]
pub struct AppointmentJudged {
    pub status: AppointmentStatus,
    pub starts_at: DateTime<Utc>,
    /// Whether it has been judged.
    pub given: bool,
}

/// What asking somebody depends on.
#[derive(Debug, Clone, Copy)]
pub struct Invited {
    /// Whether they have said something already.
    pub given: bool,
    /// When they were last asked, about anything.
    pub last_asked: Option<DateTime<Utc>>,
    /// Whether an answer of theirs showed risk and nobody has looked at it yet.
    pub risk_is_open: bool,
    /// Whether what they are asked about still stands: the appointment took place, or care has ended.
    pub still_so: bool,
}
