//! JSON forms about funding requests.

mod areas;
mod figures;
mod views;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub use areas::{CommissionedArea, CommissionedAreas, IcbCode, ReplaceCommissionedAreas};
pub use figures::{SessionPriceEntry, TimeLimitEntry};
pub use views::{
    FundedAppointment, FundingHistoryEntry, FundingRequestSummary, FundingRequestView, Reader, RequestWithPractitioner,
    UnfundedAppointment,
};

use super::model::{AppealGround, FundingDecision, FundingDecisionGround, FundingReason, FundingState};
use platform::ids::Id;
use platform::private::Private;

/// Filters of the list of funding requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FundingRequestQuery {
    /// Only requests in this state.
    #[param(nullable = false)]
    pub state: Option<FundingState>,
    /// Only requests of this practitioner. For coordinators.
    #[param(nullable = false)]
    pub practitioner_id: Option<Id>,
}

/// A new funding request, once no other is under way.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFundingRequest {
    /// The practitioner it is for. Required for coordinators; practitioners apply for themselves and leave it out.
    #[serde(default)]
    #[schema(value_type = Id, required = false)]
    pub practitioner_id: Option<Id>,
}

/// The whole content of a draft request. What is left out or null is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFundingRequest {
    /// The integrated care board to ask. It must exist today.
    #[schema(min_length = 1, max_length = 10)]
    pub icb_code: Option<String>,
    /// Why this care and no other. The commissioner sees only this category, unless the statement is shared.
    #[schema(value_type = Option<FundingReason>)]
    pub reason: Option<FundingReason>,
    /// How many sessions are requested.
    #[schema(minimum = 1, maximum = 200)]
    pub sessions: Option<i32>,
    /// The practitioner's statement, for the coordinator.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 4000)]
    pub statement: Option<Private<String>>,
    /// True when the commissioner may read the statement too. False when left out.
    #[serde(default)]
    pub share_statement: bool,
}

/// The submission of a funding request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitFundingRequest {
    /// Consent to send pseudonym, profession and reason category to the commissioner, and the statement if it is shared.
    /// Required. A coordinator gives it on behalf of a practitioner who has agreed.
    pub consent_to_send: bool,
}

/// A request for more information.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFundingInformation {
    /// The question.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub question: Private<String>,
}

/// The information that was asked for.
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

/// The panel a request is sent to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendFundingRequestToPanel {
    /// The day the panel meets. Its papers must be submitted ten working days before.
    pub panel_on: NaiveDate,
    /// The board to ask. Required where the named board was dissolved and its area divided.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 10, nullable = false)]
    pub icb_code: Option<String>,
}

/// A commissioner's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideFundingRequest {
    /// The decision.
    pub decision: FundingDecision,
    /// The grounds of the decision.
    pub ground: FundingDecisionGround,
    /// The reason. The practitioner can read it.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub reason: Private<String>,
    /// The number of sessions of a limited approval.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    pub sessions: Option<i32>,
    /// The amount of a limited approval, in pence.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000_000)]
    pub amount_pence: Option<i32>,
    /// The last day for bookings under a limited approval.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// New facts after a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFundingReconsideration {
    /// The new facts.
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
    /// The grounds of the appeal. For new facts, request a reconsideration instead.
    pub ground: AppealGround,
    /// The text of the appeal.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 4000)]
    pub text: Private<String>,
    /// True when the commissioner may read it. False when left out.
    #[serde(default)]
    pub share: bool,
}

/// The decision to keep an appointment although its approval has ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmUnfundedAppointment {
    /// Why the appointment is kept, for the record.
    #[schema(extensions(("x-multiline" = json!(true))), value_type = String, min_length = 1, max_length = 2000)]
    pub reason: Private<String>,
}
