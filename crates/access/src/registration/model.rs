//! The facts that eligibility depends on, the dated rules, and the decision.

use chrono::NaiveDate;
use people::practitioners::details::RegistrationDetails;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use platform::ids::{Id, UtcTime};
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
        /// Wait until a member of staff has decided about the reason that was given in words.
        AwaitDecision = "await_decision",
        /// Choose a clinician and book an assessment.
        BookAssessment = "book_assessment",
        /// Attend the assessment.
        AttendAssessment = "attend_assessment",
        /// Continue with the agreed plan.
        FollowPlan = "follow_plan",
        /// Use the sources of help shown.
        SeeSignposts = "see_signposts",
    }

    /// What an eligibility rule decides. A reason in the person's own words is decided by staff and by no rule.
    pub enum EligibilityRuleDecision {
        /// Covered: care may be booked.
        Eligible = "eligible",
        /// Covered only if the local commissioner agrees to fund care first.
        NeedsFunding = "needs_funding",
        /// Not covered: signposted to other help.
        Signposted = "signposted",
    }

    /// The state of a reason for confidentiality that was given in words.
    pub enum ConfidentialityReasonState {
        /// No one has decided yet.
        Waiting = "waiting",
        /// Accepted: the practitioner is covered.
        Accepted = "accepted",
        /// Declined: the rules for people without a reason that counts apply.
        Declined = "declined",
        /// The practitioner changed the registration so that there is nothing to decide.
        Withdrawn = "withdrawn",
    }

    /// What a practitioner can do about a reason in words and the decision about it.
    pub enum ConfidentialityReasonStep {
        /// Wait for the decision.
        Wait = "wait",
        /// Answer the intake questionnaires.
        CompleteIntake = "complete_intake",
        /// Ask the local commissioner to fund care.
        RequestFunding = "request_funding",
        /// Send other words, by changing the registration. Then it is decided again.
        SendOtherWords = "send_other_words",
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
    pub decision: EligibilityRuleDecision,
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

impl From<EligibilityRuleDecision> for EligibilityDecision {
    fn from(decision: EligibilityRuleDecision) -> Self {
        match decision {
            EligibilityRuleDecision::Eligible => Self::Eligible,
            EligibilityRuleDecision::NeedsFunding => Self::NeedsFunding,
            EligibilityRuleDecision::Signposted => Self::Signposted,
        }
    }
}

/// A reason for confidentiality in the practitioner's own words, and what was decided about it.
#[derive(Clone)]
pub struct ReasonInWords {
    pub id: Id,
    pub practitioner: Id,
    pub state: ConfidentialityReasonState,
    /// What the practitioner wrote.
    pub words: String,
    /// The day by which staff decide.
    pub decide_by: NaiveDate,
    /// When it was accepted, declined or withdrawn.
    pub ended_at: Option<UtcTime>,
    /// The member of staff who decided.
    pub decided_by: Option<Id>,
    /// The reason for the decision, in that person's words.
    pub decision_words: Option<String>,
    /// Since when no coordinator may know of the practitioner, so that privacy officers decide.
    pub escalated_at: Option<UtcTime>,
    pub version: i32,
    pub created_at: UtcTime,
}

platform::redacted_debug!(ReasonInWords);

impl ReasonInWords {
    /// True until it is decided or withdrawn.
    pub fn is_waiting(&self) -> bool {
        self.state == ConfidentialityReasonState::Waiting
    }

    /// True when it ended after `since`, or has not ended.
    pub fn counts_since(&self, since: UtcTime) -> bool {
        self.ended_at.is_none_or(|at| at > since)
    }
}
