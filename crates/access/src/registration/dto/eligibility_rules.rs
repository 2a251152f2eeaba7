//! JSON forms about the eligibility rules.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::registration::model::{Conditions, EligibilityRuleDecision, Rule};
use crate::registration::queries::eligibility_rules::RuleRecord;
use people::practitioners::model::{ConfidentialityReason, EligibilityReason};
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

/// A dated eligibility rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct EligibilityRuleView {
    /// Identifies the rule.
    pub id: Id,
    /// The stable code of the rule, and of the reason given to people who register.
    #[schema(max_length = 100)]
    pub code: String,
    /// The priority: of the rules that match, the one with the lowest number decides.
    #[schema(minimum = 1, maximum = 999)]
    pub priority: i32,
    /// The first day.
    pub valid_from: NaiveDate,
    /// The last day; null while there is no end. Earlier than the first for a rule that was ended before it began.
    pub valid_until: Option<NaiveDate>,
    /// The people it applies to.
    #[schema(inline = false)]
    pub conditions: EligibilityConditions,
    /// What it decides.
    pub decision: EligibilityRuleDecision,
    /// The code of the reason given to people.
    #[schema(max_length = 100)]
    pub reason_code: String,
    /// The reason given to people.
    #[schema(max_length = 500)]
    pub reason: String,
    /// The needs for which people are shown sources of help.
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// The source of the rule.
    #[schema(max_length = 500)]
    pub source: String,
}

impl From<RuleRecord> for EligibilityRuleView {
    fn from(record: RuleRecord) -> Self {
        let Rule { id: code, valid_from, valid_to, order, when, decision, reason, signposts, source } = record.rule;
        let Conditions { professions, settings, nations, reasons } = when;
        Self {
            id: record.id,
            code,
            priority: order.into(),
            valid_from,
            valid_until: valid_to,
            conditions: EligibilityConditions { professions, settings, nations, reasons },
            decision,
            reason_code: reason.code,
            reason: reason.text,
            signposts,
            source,
        }
    }
}

/// A new eligibility rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEligibilityRule {
    /// A stable code that no other rule has or had. It is also the code of the reason given to people who register.
    #[schema(min_length = 1, max_length = 100, pattern = "^[a-z][a-z0-9_]*$")]
    pub code: String,
    /// The priority: of the rules that match, the one with the lowest number decides.
    #[schema(minimum = 1, maximum = 999)]
    pub priority: u16,
    /// The first day: today or later.
    pub valid_from: NaiveDate,
    /// The last day; left out while there is no end.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// The people it applies to; all when left out.
    #[serde(default)]
    #[schema(inline = false)]
    pub conditions: EligibilityConditions,
    /// What it decides.
    pub decision: EligibilityRuleDecision,
    /// The reason given to people who register. Shown to the public.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub reason: String,
    /// The needs for which people are shown sources of help. At least one, unless the rule covers them. Crisis help is always
    /// added.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub signposts: Vec<SignpostNeed>,
    /// The source of the rule: a decision, an agreement, a public page.
    #[schema(extensions(("x-multiline" = json!(true))), min_length = 1, max_length = 500)]
    pub source: String,
}

impl CreateEligibilityRule {
    /// The rule that the form describes.
    pub fn rule(&self) -> Rule {
        let EligibilityConditions { professions, settings, nations, reasons } = self.conditions.clone();
        Rule {
            id: self.code.clone(),
            valid_from: self.valid_from,
            valid_to: self.valid_until,
            order: self.priority,
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
    /// The last day: today or later. A rule that starts after this day never applies.
    pub valid_until: NaiveDate,
}
