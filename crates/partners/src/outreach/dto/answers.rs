//! Request and response bodies about responses, team requests and counts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::outreach::model::{Count, Counts, OutreachOutcome, OutreachResponse, TeamRequestState};
use crate::outreach::queries::teams::TeamRequest;
use access::contacts::model::SafetyAnswer;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::signposts::dto::SignpostView;

/// A response to a message. No account is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutreachResponse {
    /// The part of the link after the `#`.
    #[schema(value_type = String, min_length = 38, max_length = 100)]
    pub token: Private<String>,
    /// The response.
    pub kind: OutreachResponse,
    /// A private number or email address to be contacted at instead of the one at work.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 254, example = "07700 900123")]
    pub contact: Option<Private<String>>,
    /// What the person who makes contact should know, such as a good time to call.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub note: Option<Private<String>>,
    /// With `please_contact_me`: the answer to "Are you thinking of ending your life, or is anyone in danger now?"; null where it was not
    /// asked. Who answers yes, or prefers not to say, is contacted sooner.
    #[serde(default)]
    #[schema(value_type = Option<SafetyAnswer>)]
    pub safety_question: Option<Private<SafetyAnswer>>,
}

/// The outcome of a response. Crisis help is always included.
#[derive(Serialize, ToSchema)]
pub struct OutreachResponseResult {
    /// Help when life may be in danger. Show it first to those who answered the safety question with yes.
    #[schema(max_items = 100)]
    pub crisis_help: Vec<SignpostView>,
    /// The outcome.
    pub outcome: OutreachOutcome,
    /// The page of the app for finding out what would help; null unless the response asks for it.
    #[schema(max_length = 300)]
    pub self_check_url: Option<String>,
    /// Other help.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
}

/// An address that has opted out, as recorded by a coordinator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordOutreachOptOut {
    /// The email address or mobile number.
    #[schema(value_type = String, min_length = 5, max_length = 254, example = "07700 900123")]
    pub address: Private<String>,
}

/// What is published about a campaign, counted once at its end.
#[derive(Serialize, ToSchema)]
pub struct OutreachCounts {
    /// The campaign.
    pub campaign_id: Id,
    /// When the counts were made.
    pub counted_at: UtcTime,
    /// The number of messages sent, rounded to five. Null when there were fewer than ten.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub sent: Option<u32>,
    /// The number of people by their last response.
    #[schema(max_items = 10)]
    pub responses: Vec<OutreachCount>,
    /// The number of messages by delivery. For emails it is rarely known.
    #[schema(max_items = 10)]
    pub deliveries: Vec<OutreachCount>,
}

/// The number of people in a category.
#[derive(Serialize, ToSchema)]
pub struct OutreachCount {
    /// The value of the response or of the delivery; `none` where there is neither.
    #[schema(max_length = 50)]
    pub category: String,
    /// The number, rounded to five. Null where it is hidden because it, or another category, is about fewer than five people.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub count: Option<u32>,
}

/// A request for a team session by the lead of the team.
#[derive(Serialize, ToSchema)]
pub struct OutreachTeamRequestView {
    /// The request's id.
    pub id: Id,
    /// The campaign.
    pub campaign_id: Id,
    /// The request's state.
    pub state: TeamRequestState,
    /// How to reach the lead; null in lists, and once the request is completed.
    #[schema(max_length = 254)]
    pub contact: Option<String>,
    /// What else the lead wrote; null in lists, and once the request is completed.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// The coordinator who took it.
    pub taken_by: Option<Id>,
    /// When it was taken.
    pub taken_at: Option<UtcTime>,
    /// When it was completed.
    pub done_at: Option<UtcTime>,
    /// When it was made.
    pub created_at: UtcTime,
}

/// Filters for team session requests.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutreachTeamRequestQuery {
    /// Only requests in this state.
    #[param(nullable = false)]
    pub state: Option<TeamRequestState>,
}

impl From<Count> for OutreachCount {
    fn from(count: Count) -> Self {
        Self { category: count.category, count: count.count }
    }
}

impl OutreachCounts {
    /// The counts of a campaign.
    pub fn new(campaign_id: Id, counted_at: UtcTime, counts: Counts) -> Self {
        let of = |counts: Vec<Count>| counts.into_iter().map(Into::into).collect();
        Self { campaign_id, counted_at, sent: counts.sent, responses: of(counts.responses), deliveries: of(counts.deliveries) }
    }
}

impl From<TeamRequest> for OutreachTeamRequestView {
    /// The request as it is shown in a list.
    fn from(request: TeamRequest) -> Self {
        let TeamRequest { id, campaign_id, state, taken_by, taken_at, done_at, created_at, .. } = request;
        Self { id, campaign_id, state, contact: None, note: None, taken_by, taken_at, done_at, created_at }
    }
}
