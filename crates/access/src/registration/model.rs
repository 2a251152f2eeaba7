//! The facts a person gives about their work, the dated rules they are held against, and the verdict.

use chrono::NaiveDate;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use people::practitioners::particulars::Particulars;
use serde::{Deserialize, Serialize};

use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Setting};

platform::words! {
    /// What a practitioner does next.
    pub enum NextStep {
        /// Confirm the e-mail address, by the link that was sent there.
        ConfirmEmail = "confirm_email",
        /// Answer the intake questionnaires.
        CompleteIntake = "complete_intake",
        /// Wait for the commissioner's decision.
        AwaitFunding = "await_funding",
        /// Choose a clinician and book an assessment.
        BookAssessment = "book_assessment",
        /// Come to the assessment.
        AttendAssessment = "attend_assessment",
        /// Go on with what was agreed.
        FollowPlan = "follow_plan",
        /// Turn to the help that is pointed to.
        SeeSignposts = "see_signposts",
    }

    /// The groups that intake is opened and closed for.
    pub enum Cohort {
        /// Primary care in England.
        PrimaryCare = "primary_care",
        /// Secondary care in England.
        SecondaryCare = "secondary_care",
        /// Any other place of work in England.
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
    /// In which nation they work.
    pub nation: Nation,
    /// Why local care would not be confidential.
    pub reason: ConfidentialityReason,
    /// Whether they are in the service's care already. Care under way is never ended by a rule or a closed intake.
    pub in_care: bool,
}

impl From<&Particulars> for Applicant {
    fn from(told: &Particulars) -> Self {
        Self {
            profession: told.profession,
            setting: told.setting,
            nation: told.nation,
            reason: told.confidentiality_reason,
            in_care: false,
        }
    }
}

impl Applicant {
    /// The intake cohort this person belongs to.
    pub fn cohort(&self) -> Cohort {
        match (self.nation, self.setting) {
            (Nation::England, Setting::PrimaryCare) => Cohort::PrimaryCare,
            (Nation::England, Setting::SecondaryCare) => Cohort::SecondaryCare,
            (Nation::England, Setting::SocialCare | Setting::Other) => Cohort::OtherInEngland,
            _ => Cohort::OutsideEngland,
        }
    }
}

/// The people a rule is about. An empty list sets no condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    pub professions: Vec<Profession>,
    /// Any of these places of work.
    pub settings: Vec<Setting>,
    pub nations: Vec<Nation>,
    pub reasons: Vec<ConfidentialityReason>,
}

/// One dated rule of eligibility.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// The first day it is in force.
    pub valid_from: NaiveDate,
    /// The last such day; `None` while there is no end.
    pub valid_to: Option<NaiveDate>,
    /// Its place: of the rules that fit, the lowest decides.
    pub order: u16,
    /// The people it applies to.
    pub when: Conditions,
    /// What it decides.
    pub decision: EligibilityDecision,
    pub reason: EligibilityReason,
    /// The needs to point the person to help for.
    pub signposts: Vec<SignpostNeed>,
    /// The public source of the rule.
    pub source: String,
}

/// One turn of the intake switch of a cohort. It holds until the cohort's next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntakeSwitch {
    /// Whose intake.
    pub cohort: Cohort,
    /// The first day.
    pub from: NaiveDate,
    /// Whether new registrations are taken.
    pub open: bool,
    pub reason: EligibilityReason,
    /// The needs to point people to help for while it is closed.
    pub signposts: Vec<SignpostNeed>,
    /// The public source.
    pub source: String,
}

/// Everything that decides on eligibility: rules and intake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EligibilityRules {
    /// The rules, lowest order first.
    pub rules: Vec<Rule>,
    /// The turns of the intake switches.
    pub intake: Vec<IntakeSwitch>,
}

/// A verdict with its grounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionWithReasons {
    /// The verdict.
    pub decision: EligibilityDecision,
    /// The grounds, never empty, the weightiest first.
    pub reasons: Vec<EligibilityReason>,
    /// The needs to point the person to help for, each once.
    pub signposts: Vec<SignpostNeed>,
}
