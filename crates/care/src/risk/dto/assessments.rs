//! Request and response bodies of risk assessments.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::risk::model::{AccessToMeans, AssessedHow, AssessmentContent, Finding, RiskLevel};
use crate::risk::queries::assessments::RiskAssessment;
use platform::ids::{Id, UtcTime};
use platform::private::{Private, trimmed, trimmed_non_empty};

/// What a clinician found about one kind of risk: a description, not a prediction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskFindingForm {
    /// How high it was found to be.
    pub level: RiskLevel,
    /// What it is. Required unless there is none.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 3, max_length = 2000)]
    pub details: Option<Private<String>>,
}

impl RiskFindingForm {
    fn finding(&self) -> Finding {
        Finding { level: self.level, details: trimmed_non_empty(self.details.as_ref()) }
    }
}

/// Declares a request body with these members and those of a risk assessment.
macro_rules! assessment_form {
    ($(#[doc = $doc:literal])+ $name:ident { $($member:tt)* }) => {
        $(#[doc = $doc])+
        #[derive(Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($member)*
            /// The risk that the practitioner harms themselves.
            pub risk_to_self: RiskFindingForm,
            /// The risk that they harm others.
            pub risk_to_others: RiskFindingForm,
            /// The risk to their patients, and to children and others in their care.
            pub risk_to_people_in_their_care: RiskFindingForm,
            /// The risk that others harm them.
            pub risk_from_others: RiskFindingForm,
            /// What protects them.
            #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 3, max_length = 4000)]
            pub protective_factors: Private<String>,
            /// The means they have access to; `none_known` alone where none is known.
            #[schema(min_items = 1, max_items = 6)]
            pub access_to_means: Vec<AccessToMeans>,
            /// What the means are, and what was agreed about them. Required unless none is known.
            #[serde(default)]
            #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 3, max_length = 2000)]
            pub means_details: Option<Private<String>>,
            /// How the clinician spoke to the practitioner.
            pub assessed_how: AssessedHow,
            /// The other way, or what was done instead of speaking to them. Required with `other` and `not_reached`.
            #[serde(default)]
            #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 3, max_length = 2000)]
            pub assessed_how_details: Option<Private<String>>,
            /// What happens next, who does it, and until when.
            #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 10, max_length = 4000)]
            pub plan: Private<String>,
            /// Date of the next review of the risk, within three months. Required where any risk is moderate or high, and with
            /// `not_reached`.
            #[serde(default)]
            pub next_review_on: Option<NaiveDate>,
            /// Whether the safety plan was reviewed with the practitioner; leave it out if there is none.
            #[serde(default)]
            pub safety_plan_reviewed: Option<bool>,
        }

        impl $name {
            /// What is stored.
            pub fn content(&self) -> AssessmentContent {
                let mut access_to_means = self.access_to_means.clone();
                access_to_means.sort();
                access_to_means.dedup();
                AssessmentContent {
                    risk_to_self: self.risk_to_self.finding(),
                    risk_to_others: self.risk_to_others.finding(),
                    risk_to_people_in_their_care: self.risk_to_people_in_their_care.finding(),
                    risk_from_others: self.risk_from_others.finding(),
                    protective_factors: trimmed(&self.protective_factors),
                    access_to_means,
                    means_details: trimmed_non_empty(self.means_details.as_ref()),
                    assessed_how: self.assessed_how,
                    assessed_how_details: trimmed_non_empty(self.assessed_how_details.as_ref()),
                    plan: trimmed(&self.plan),
                    next_review_on: self.next_review_on,
                    safety_plan_reviewed: self.safety_plan_reviewed,
                }
            }
        }
    };
}

assessment_form! {
    /// A clinician's risk assessment, with the plan.
    RecordRiskAssessment {}
}

assessment_form! {
    /// A clinician's risk assessment, with the plan, which closes an alert.
    CloseRiskAlert {
        /// How many events of the alert the clinician has read: as many as `events` had. If the alert has more by now, it stays open.
        #[schema(minimum = 1, maximum = 1000)]
        pub events_seen: i32,
    }
}

platform::redacted_debug!(RiskFindingForm, RecordRiskAssessment, CloseRiskAlert);

/// What a clinician found about one kind of risk: a description, not a prediction.
#[derive(Serialize, ToSchema)]
pub struct RiskFinding {
    /// How high it was found to be.
    pub level: RiskLevel,
    /// What it is; null where there is none.
    #[schema(max_length = 2000)]
    pub details: Option<String>,
}

impl From<Finding> for RiskFinding {
    fn from(finding: Finding) -> Self {
        Self { level: finding.level, details: finding.details }
    }
}

/// A risk assessment as clinicians see it. It is never changed: a later one follows it.
#[derive(Serialize, ToSchema)]
pub struct RiskAssessmentView {
    /// Identifies the assessment.
    pub id: Id,
    /// The practitioner it is about.
    pub practitioner_id: Id,
    /// The alert that it closed; null if it closed none.
    pub alert_id: Option<Id>,
    /// The clinician who made it.
    pub clinician_id: Id,
    /// When it was recorded.
    pub recorded_at: UtcTime,
    /// The risk that the practitioner harms themselves.
    pub risk_to_self: RiskFinding,
    /// The risk that they harm others.
    pub risk_to_others: RiskFinding,
    /// The risk to their patients, and to children and others in their care.
    pub risk_to_people_in_their_care: RiskFinding,
    /// The risk that others harm them.
    pub risk_from_others: RiskFinding,
    /// What protects them.
    #[schema(max_length = 4000)]
    pub protective_factors: String,
    /// The means they have access to.
    #[schema(max_items = 6)]
    pub access_to_means: Vec<AccessToMeans>,
    /// What the means are, and what was agreed about them; null where none is known.
    #[schema(max_length = 2000)]
    pub means_details: Option<String>,
    /// How the clinician spoke to the practitioner.
    pub assessed_how: AssessedHow,
    /// The other way, or what was done instead of speaking to them.
    #[schema(max_length = 2000)]
    pub assessed_how_details: Option<String>,
    /// What happens next, who does it, and until when.
    #[schema(max_length = 4000)]
    pub plan: String,
    /// Date of the next review of the risk.
    pub next_review_on: Option<NaiveDate>,
    /// Whether the safety plan was reviewed with the practitioner; null if there is none.
    pub safety_plan_reviewed: Option<bool>,
}

impl From<RiskAssessment> for RiskAssessmentView {
    fn from(one: RiskAssessment) -> Self {
        let content = one.content;
        Self {
            id: one.id,
            practitioner_id: one.practitioner,
            alert_id: one.alert,
            clinician_id: one.clinician,
            recorded_at: one.at,
            risk_to_self: content.risk_to_self.into(),
            risk_to_others: content.risk_to_others.into(),
            risk_to_people_in_their_care: content.risk_to_people_in_their_care.into(),
            risk_from_others: content.risk_from_others.into(),
            protective_factors: content.protective_factors,
            access_to_means: content.access_to_means,
            means_details: content.means_details,
            assessed_how: content.assessed_how,
            assessed_how_details: content.assessed_how_details,
            plan: content.plan,
            next_review_on: content.next_review_on,
            safety_plan_reviewed: content.safety_plan_reviewed,
        }
    }
}
