//! Forms about funding requests.

mod areas;
mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub use areas::{CommissionedArea, CommissionedAreas, ReplaceCommissionedAreas};
pub use views::{
    FundedAppointment, FundingHistoryEntry, FundingRequestSummary, FundingRequestView, Reader, Shown, UnfundedAppointment,
};

use super::model::{AppealGround, FundingDecision, FundingDecisionGround, FundingReason, FundingState};
use platform::ids::Id;
use platform::private::Private;

/// Which requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FundingRequestQuery {
    /// Only those that stand so.
    #[param(nullable = false)]
    pub state: Option<FundingState>,
    /// Only those about this practitioner. For coordinators.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
}

/// Another request, after an earlier one has come to its end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFundingRequest {
    /// For whom. For coordinators, who must say it; practitioners ask for themselves.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub practitioner_id: Option<Id>,
}

/// What a request says, all of it. What is left out or null is said no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFundingRequest {
    /// The integrated care board that is asked, one that exists today.
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
    /// Why this care and no other. The commissioner sees this category and no more, unless the statement is shared.
    #[schema(value_type = Option<FundingReason>)]
    pub reason: Option<FundingReason>,
    /// How many sessions are asked for.
    #[schema(minimum = 1, maximum = 200)]
    pub sessions: Option<i32>,
    /// What the person wants to say, for the coordinator.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub statement: Option<Private<String>>,
    /// True when the commissioner may read the statement, too. False when left out.
    #[serde(default)]
    pub share_statement: bool,
}

/// That a request is handed in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitFundingRequest {
    /// That pseudonym, profession and reason category may go to the commissioner, and the statement if it is shared. It must
    /// be given. A coordinator says so for somebody who told them.
    pub consent_to_send: bool,
}

/// What more is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFundingInformation {
    /// The question.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub question: Private<String>,
}

/// What more is told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvideFundingInformation {
    /// The answer.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
    /// True when the commissioner may read it. False when left out.
    #[serde(default)]
    pub share: bool,
}

/// Where a request goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendFundingRequestToPanel {
    /// The day on which the panel meets; its papers must be in ten working days before.
    pub panel_on: NaiveDate,
    /// Which board, where the one that was named has been dissolved and its area divided.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10, nullable = false)]
    pub icb_code: Option<String>,
}

/// A commissioner's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideFundingRequest {
    /// What is decided.
    pub decision: FundingDecision,
    /// On what grounds.
    pub ground: FundingDecisionGround,
    /// The reason, which the person reads.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub reason: Private<String>,
    /// How many sessions, of a limited approval.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub sessions: Option<i32>,
    /// How much money, in pence, of a limited approval.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_pence: Option<i32>,
    /// The last day on which anything may be booked, of a limited approval.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// New facts after a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFundingReconsideration {
    /// What is new.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
    /// True when the commissioner may read it. False when left out.
    #[serde(default)]
    pub share: bool,
}

/// An appeal against a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealFundingRequest {
    /// On what grounds. For new facts there is the reconsideration.
    pub ground: AppealGround,
    /// The appeal.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
    /// True when the commissioner may read it. False when left out.
    #[serde(default)]
    pub share: bool,
}

/// That an appointment stands although its approval has ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmUnfundedAppointment {
    /// Why it may stand, for the record.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub reason: Private<String>,
}
