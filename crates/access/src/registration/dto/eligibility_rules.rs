//! The rules of eligibility.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::registration::model::{Conditions, Rule};
use crate::registration::queries::eligibility_rules::KeptRule;
use people::practitioners::model::{ConfidentialityReason, EligibilityDecision, EligibilityReason};
use platform::ids::Id;
use reference::signposts::model::SignpostNeed;
use reference::workforce::model::{Nation, Profession, Setting};

/// The people that a rule applies to. An empty list sets no condition.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EligibilityConditions {
    /// Any of these professions.
    #[serde(default)]
    #[schema(max_items = 30)]
    pub professions: Vec<Profession>,
    /// Any of these places of work.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub settings: Vec<Setting>,
    /// Any of these nations.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub nations: Vec<Nation>,
    /// Any of these reasons.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub reasons: Vec<ConfidentialityReason>,
}

/// A dated rule of eligibility.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityRuleView {
    /// Names the rule.
    pub id: Id,
    /// Its stable name, and the code that people who register are given.
    #[schema(max_length = 100)]
    pub code: String,
    /// Its place: of the rules that fit, the lowest decides.
    #[schema(minimum = 1, maximum = 999)]
    pub place: i32,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while there is no end. Before the first for one that was taken back before it began.
    pub valid_to: Option<NaiveDate>,
    /// The people it applies to.
    #[schema(inline = false)]
    pub conditions: EligibilityConditions,
    /// What it decides.
    pub decision: EligibilityDecision,
    /// The code of the reason that people are given.
    #[schema(max_length = 100)]
    pub reason_code: String,
    /// Why, as people are told.
    #[schema(max_length = 500)]
    pub reason: String,
    /// The needs that people are pointed to help for.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// Where it comes from.
    #[schema(max_length = 500)]
    pub source: String,
}

impl From<KeptRule> for EligibilityRuleView {
    fn from(kept: KeptRule) -> Self {
        let Rule { id: code, valid_from, valid_to, order, when, decision, reason, signposts, source } = kept.rule;
        let Conditions { professions, settings, nations, reasons } = when;
        Self {
            id: kept.id,
            code,
            place: order.into(),
            valid_from,
            valid_to,
            conditions: EligibilityConditions { professions, settings, nations, reasons },
            decision,
            reason_code: reason.code,
            reason: reason.text,
            signposts,
            source,
        }
    }
}

/// A rule that is to come.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEligibilityRule {
    /// Its stable name, which no other rule has or had, and the code that people who register are given.
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z][a-z0-9_]*$")]
    pub code: String,
    /// Its place: of the rules that fit, the lowest decides.
    #[schema(minimum = 1, maximum = 999)]
    pub place: u16,
    /// The first day: today or later.
    pub valid_from: NaiveDate,
    /// The last day; left out while there is no end.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// The people it applies to; all when left out.
    #[serde(default)]
    #[schema(inline = false)]
    pub conditions: EligibilityConditions,
    /// What it decides.
    pub decision: EligibilityDecision,
    /// Why, as people who register are told. Public words.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub reason: String,
    /// The needs to point people to help for; at least one, unless they are covered. Crisis help is always among it.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// Where it comes from: a decision, an agreement, a public page.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

impl CreateEligibilityRule {
    /// The rule that it makes.
    pub fn rule(&self) -> Rule {
        let EligibilityConditions { professions, settings, nations, reasons } = self.conditions.clone();
        Rule {
            id: self.code.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            order: self.place,
            when: Conditions { professions, settings, nations, reasons },
            decision: self.decision,
            reason: EligibilityReason { code: self.code.clone(), text: self.reason.trim().to_owned() },
            signposts: self.signposts.clone(),
            source: self.source.trim().to_owned(),
        }
    }
}

/// The end of a rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndEligibilityRule {
    /// Its last day: today or later. One that begins after it never does.
    pub valid_to: NaiveDate,
}
