//! The nouns of assessments: what they are for, their states, what is answered, what comes of it, and alerts.

use chrono::{DateTime, Utc};
use people::relationships::model::DischargeReason;
use serde::{Deserialize, Serialize};

use people::practitioners::model::Pathway;
use reference::questionnaires::model::Score;

platform::words! {
    /// What questionnaires are answered for.
    pub enum AssessmentPurpose {
        /// Before the first appointment; a clinician says what comes of it.
        Intake = "intake",
        /// In care, to see what has changed.
        Review = "review",
        /// When care ends.
        End = "end",
    }

    /// Where an assessment stands.
    pub enum AssessmentState {
        /// The practitioner is answering.
        Draft = "draft",
        /// The answers of an intake are in; an assessment can be booked.
        Submitted = "submitted",
        /// A clinician has said what comes of an intake; the answers of any other are in.
        Concluded = "concluded",
    }

    /// What comes of an assessment.
    pub enum AssessmentOutcome {
        /// Taken into care, with a plan.
        Accepted = "accepted",
        /// Another assessment appointment is needed.
        MoreAssessment = "more_assessment",
        /// Pointed to other help.
        Signposted = "signposted",
        /// No further care is needed.
        Discharged = "discharged",
    }

    /// Whether somebody has looked at an alert.
    pub enum AlertState {
        /// Nobody has yet.
        Open = "open",
        /// Somebody has, and has said what was done.
        Acknowledged = "acknowledged",
    }

}

/// What is asked for a purpose, as the data file says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    pub purpose: AssessmentPurpose,
    /// The codes of the questionnaires without which it is not complete.
    pub required: Vec<String>,
    /// For how many days after care has ended it is still taken in.
    pub days_after_discharge: u16,
    /// Why these.
    pub source: String,
}

/// What starting and handing in depend on.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Where the practitioner stands.
    pub pathway: Pathway,
    /// When care ended, for whoever is discharged.
    pub discharged_at: Option<DateTime<Utc>>,
}

impl AssessmentOutcome {
    /// Where the practitioner stands after it, having stood at `before`. Whoever is in care stays there while more is looked at.
    pub const fn pathway(self, before: Pathway) -> Pathway {
        match self {
            Self::Accepted => Pathway::InCare,
            Self::MoreAssessment if matches!(before, Pathway::InCare) => Pathway::InCare,
            Self::MoreAssessment => Pathway::IntakeDone,
            Self::Signposted => Pathway::Signposted,
            Self::Discharged => Pathway::Discharged,
        }
    }

    /// Why care ends with it, if it does.
    pub const fn end(self) -> Option<DischargeReason> {
        match self {
            Self::Accepted | Self::MoreAssessment => None,
            Self::Signposted => Some(DischargeReason::ReferredOn),
            Self::Discharged => Some(DischargeReason::NotNeeded),
        }
    }

    /// Whether the assessment is over with it.
    pub const fn concludes(self) -> bool {
        !matches!(self, Self::MoreAssessment)
    }
}

/// One answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// The item's id.
    pub item: String,
    /// The points chosen.
    pub value: i32,
}

platform::redacted_debug!(ItemAnswer);

/// A questionnaire as it was answered, with its score.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The questionnaire's code.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    pub answers: Vec<ItemAnswer>,
    /// What they come to.
    pub score: Score,
    /// When they were given.
    pub answered_at: DateTime<Utc>,
}

impl Answered {
    /// The answers that show risk.
    pub fn risky_answers(&self) -> Vec<&ItemAnswer> {
        self.answers.iter().filter(|answer| self.score.risk_items.contains(&answer.item)).collect()
    }
}

/// What recording an outcome depends on.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeFacts {
    /// What was answered for.
    pub purpose: AssessmentPurpose,
    /// Where the assessment stands.
    pub state: AssessmentState,
    /// When the appointment begins.
    pub starts_at: DateTime<Utc>,
    /// Whether the practitioner is known to have missed it.
    pub missed: bool,
    /// Whether this appointment has an outcome already.
    pub recorded: bool,
    /// Whether a plan comes with the outcome.
    pub has_plan: bool,
}
