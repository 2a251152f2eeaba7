//! The facts that eligibility depends on, the dated rules, and the decision.

use chrono::NaiveDate;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use serde::{Deserialize, Serialize};

use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Setting};

platform::string_enum! {
    /// What a practitioner does next.
    pub enum NextStep {
        /// Open the link in the email to confirm the address.
        ConfirmEmail = "confirm_email",
        /// Answer the intake questionnaires.
        CompleteIntake = "complete_intake",
        /// Wait for the commissioner's decision.
        AwaitFunding = "await_funding",
        /// Choose a clinician and book an assessment.
        BookAssessment = "book_assessment",
        /// Attend the assessment.
        AttendAssessment = "attend_assessment",
        /// Continue with the agreed plan.
        FollowPlan = "follow_plan",
        /// Use the sources of help shown.
        SeeSignposts = "see_signposts",
    }

    /// The groups of people for which intake is opened and closed.
    pub enum Cohort {
        /// Primary care in England.
        PrimaryCare = "primary_care",
        /// Secondary care in England.
        SecondaryCare = "secondary_care",
        /// Any other setting in England.
        OtherInEngland = "other_in_england",
        /// Outside England.
        OutsideEngland = "outside_england",
    }
}

/// The facts that eligibility depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applicant {
    pub profession: Profession,
    pub setting: Setting,
    /// The nation they work in.
    pub nation: Nation,
    /// Why local care would not be confidential.
    pub reason: ConfidentialityReason,
    /// Whether they are in care already. No rule and no closed intake ends care that has begun.
    pub in_care: bool,
}

impl From<&RegistrationDetails> for Applicant {
    fn from(details: &RegistrationDetails) -> Self {
        Self {
            profession: details.profession,
            setting: details.setting,
            nation: details.nation,
            reason: details.confidentiality_reason,
            in_care: false,
        }
    }
}

impl Applicant {
    /// The intake cohort of this person.
    pub fn cohort(&self) -> Cohort {
        match (self.nation, self.setting) {
            (Nation::England, Setting::PrimaryCare) => Cohort::PrimaryCare,
            (Nation::England, Setting::SecondaryCare) => Cohort::SecondaryCare,
            (Nation::England, Setting::SocialCare | Setting::Other) => Cohort::OtherInEngland,
            _ => Cohort::OutsideEngland,
        }
    }
}

/// The people a rule applies to. An empty list sets no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    pub professions: Vec<Profession>,
    /// Any of these settings.
    pub settings: Vec<Setting>,
    pub nations: Vec<Nation>,
    pub reasons: Vec<ConfidentialityReason>,
}

/// A dated eligibility rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// The first day on which it is in force.
    pub valid_from: NaiveDate,
    /// The last day on which it is in force; `None` while there is no end.
    pub valid_to: Option<NaiveDate>,
    /// Of the rules that match, the one with the lowest order decides.
    pub order: u16,
    /// The people it applies to.
    pub when: Conditions,
    /// What it decides.
    pub decision: EligibilityDecision,
    pub reason: EligibilityReason,
    /// The needs for which the person is shown sources of help.
    pub signposts: Vec<SignpostNeed>,
    /// The public source of the rule.
    pub source: String,
}

/// An intake period of a cohort. It applies until the cohort's next period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakePeriod {
    /// The cohort it applies to.
    pub cohort: Cohort,
    /// The first day.
    pub from: NaiveDate,
    /// Whether new registrations are accepted.
    pub open: bool,
    pub reason: EligibilityReason,
    /// The needs for which people are shown sources of help while intake is closed.
    pub signposts: Vec<SignpostNeed>,
    /// The public source.
    pub source: String,
}

/// Everything that eligibility decisions are based on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EligibilityRules {
    /// The rules, lowest order first.
    pub rules: Vec<Rule>,
    /// The intake periods.
    pub intake: Vec<IntakePeriod>,
}

/// An eligibility decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionWithReasons {
    pub decision: EligibilityDecision,
    /// The reasons, never empty, most important first.
    pub reasons: Vec<EligibilityReason>,
    /// The needs for which the person is shown sources of help, each once.
    pub signposts: Vec<SignpostNeed>,
}
