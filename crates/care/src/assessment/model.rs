//! Types of assessments: purposes, states, answers and outcomes.

use chrono::{DateTime, Utc};
use people::relationships::model::DischargeReason;
use serde::{Deserialize, Serialize};

use people::practitioners::model::Pathway;
use reference::questionnaires::model::Score;

platform::string_enum! {
    /// Why questionnaires are answered.
    pub enum AssessmentPurpose {
        /// Before the first appointment; a clinician records the outcome.
        Intake = "intake",
        /// During care, to measure change.
        Review = "review",
        /// At the end of care.
        End = "end",
    }

    /// State of an assessment.
    pub enum AssessmentState {
        /// The practitioner is answering.
        Draft = "draft",
        /// The answers of an intake are submitted; an assessment appointment can be booked.
        Submitted = "submitted",
        /// A clinician has recorded the outcome of an intake, or the answers of a review or end of care are submitted.
        Concluded = "concluded",
    }

    /// Outcome of an assessment.
    pub enum AssessmentOutcome {
        /// Accepted into care, with a plan.
        Accepted = "accepted",
        /// Another assessment appointment is needed.
        MoreAssessment = "more_assessment",
        /// Signposted to other help.
        Signposted = "signposted",
        /// No further care is needed.
        Discharged = "discharged",
    }
}

/// The questionnaires required for a purpose, as read from the data file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    pub purpose: AssessmentPurpose,
    /// The codes of the questionnaires that must be answered before submission.
    pub required: Vec<String>,
    /// For how many days after the end of care it can still be started and submitted.
    pub days_after_discharge: u16,
    /// Where these values come from.
    pub source: String,
}

/// What starting and submitting an assessment depend on.
#[derive(Debug, Clone, Copy)]
pub struct PathwayFacts {
    pub pathway: Pathway,
    /// When care ended, if the practitioner is discharged.
    pub discharged_at: Option<DateTime<Utc>>,
}

impl AssessmentOutcome {
    /// The pathway of the practitioner after this outcome. A practitioner in care stays in care while more assessment is needed.
    pub const fn pathway_after(self, before: Pathway) -> Pathway {
        match self {
            Self::Accepted => Pathway::InCare,
            Self::MoreAssessment if matches!(before, Pathway::InCare) => Pathway::InCare,
            Self::MoreAssessment => Pathway::IntakeDone,
            Self::Signposted => Pathway::Signposted,
            Self::Discharged => Pathway::Discharged,
        }
    }

    /// The reason why care ends with this outcome, if it does.
    pub const fn discharge_reason(self) -> Option<DischargeReason> {
        match self {
            Self::Accepted | Self::MoreAssessment => None,
            Self::Signposted => Some(DischargeReason::ReferredOn),
            Self::Discharged => Some(DischargeReason::NotNeeded),
        }
    }

    /// Whether this outcome concludes the assessment.
    pub const fn concludes(self) -> bool {
        !matches!(self, Self::MoreAssessment)
    }
}

/// The answer to one item of a questionnaire.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// Id of the item.
    pub item: String,
    /// The points of the chosen answer.
    pub value: i32,
}

platform::redacted_debug!(ItemAnswer);

/// The answers to one questionnaire, with their score.
#[derive(Debug, Clone)]
pub struct QuestionnaireAnswers {
    /// Code of the questionnaire.
    pub questionnaire: String,
    /// The version that was answered.
    pub version: u16,
    pub answers: Vec<ItemAnswer>,
    pub score: Score,
    pub answered_at: DateTime<Utc>,
}

impl QuestionnaireAnswers {
    /// The answers that show risk.
    pub fn risky_answers(&self) -> Vec<&ItemAnswer> {
        self.answers.iter().filter(|answer| self.score.risk_items.contains(&answer.item)).collect()
    }
}

/// What recording an outcome depends on.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeFacts {
    pub purpose: AssessmentPurpose,
    pub state: AssessmentState,
    pub starts_at: DateTime<Utc>,
    /// Whether the practitioner is recorded as not having attended.
    pub missed: bool,
    /// Whether an outcome is already recorded for this appointment.
    pub outcome_recorded: bool,
    /// Whether the form contains a plan.
    pub has_plan: bool,
}
