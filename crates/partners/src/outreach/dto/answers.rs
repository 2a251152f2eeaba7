//! Forms about what people answer, and what may be told of it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::outreach::model::{Count, Counts, OutreachOutcome, OutreachResponse, TeamRequestState};
use crate::outreach::queries::teams::TeamRequest;
use platform::ids::{Id, UtcTime};
use platform::private::Private;
use reference::signposts::dto::SignpostView;

/// An answer to a message. No account is needed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutreachResponse {
    /// What stands in the link behind the `#`.
    #[schema(value_type = String, min_length = 38, max_length = 100)]
    pub token: Private<String>,
    /// The answer.
    pub kind: OutreachResponse,
    /// A number or an e-mail address of one's own, to be reached by instead of the one at work.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 254, example = "07700 900123")]
    pub contact: Option<Private<String>>,
    /// What whoever gets in touch should know, such as when it is convenient.
    #[serde(default)]
    #[schema(extensions(("x-multiline" = json!(true))), value_type = Option<String>, min_length = 1, max_length = 500)]
    pub note: Option<Private<String>>,
}

/// What became of an answer. Crisis help is in it, whatever became of it.
#[derive(Serialize, ToSchema)]
pub struct OutreachResponseResult {
    /// What became of it.
    pub outcome: OutreachOutcome,
    /// Where in the app one finds out what would help; null where that was not asked for.
    #[schema(max_length = 300)]
    pub self_check_url: Option<String>,
    /// Where else to turn.
    #[schema(max_items = 50)]
    pub signposts: Vec<SignpostView>,
    /// Where to turn when life may be in danger.
    #[schema(max_items = 20)]
    pub crisis_help: Vec<SignpostView>,
}

/// An address that is never to be written to again, as somebody told a coordinator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOutreachOptOut {
    /// The e-mail address or mobile number.
    #[schema(value_type = String, min_length = 5, max_length = 254, example = "07700 900123")]
    pub address: Private<String>,
}

/// What may be told of a campaign, counted once when it was over.
#[derive(Serialize, ToSchema)]
pub struct OutreachCounts {
    /// The campaign.
    pub campaign_id: Id,
    /// When it was counted.
    pub counted_at: UtcTime,
    /// How many messages went, rounded to five. Null when it was fewer than ten.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub sent: Option<u32>,
    /// How many people there are of each answer, the last that they gave.
    #[schema(max_items = 10)]
    pub responses: Vec<OutreachCount>,
    /// How many messages are known to have arrived or not. Of letters that is rarely known.
    #[schema(max_items = 10)]
    pub deliveries: Vec<OutreachCount>,
}

/// How many people there are of a category.
#[derive(Serialize, ToSchema)]
pub struct OutreachCount {
    /// The word of the answer, or of what became of the message; `none` where there is neither.
    #[schema(max_length = 50)]
    pub category: String,
    /// How many, rounded to five. Null where it is hidden, because it or another category is about fewer than five people.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub count: Option<u32>,
}

/// A team whose lead asked for a session.
#[derive(Serialize, ToSchema)]
pub struct OutreachTeamRequestView {
    /// Names the request.
    pub id: Id,
    /// In which campaign it was asked for.
    pub campaign_id: Id,
    /// Where it stands.
    pub state: TeamRequestState,
    /// How to reach the lead; null in a list, and once it is done.
    #[schema(max_length = 254)]
    pub contact: Option<String>,
    /// What the lead said; null in a list, and once it is done.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Which coordinator looks after it.
    pub taken_by: Option<Id>,
    /// Since when.
    pub taken_at: Option<UtcTime>,
    /// When it was done.
    pub done_at: Option<UtcTime>,
    /// When it was asked for.
    pub created_at: UtcTime,
}

/// Which teams.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutreachTeamRequestQuery {
    /// Only those that stand so.
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
    /// As it stands in a list.
    fn from(request: TeamRequest) -> Self {
        let TeamRequest { id, campaign_id, state, taken_by, taken_at, done_at, created_at, .. } = request;
        Self { id, campaign_id, state, contact: None, note: None, taken_by, taken_at, done_at, created_at }
    }
}
