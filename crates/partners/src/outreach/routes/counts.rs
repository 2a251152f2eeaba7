//! HTTP handler for the counts of a campaign.

use actix_web::get;

use crate::outreach::dto::OutreachCounts;
use crate::outreach::queries;
use crate::outreach::queries::closed;
use people::Coordinator;
use platform::Platform;
use platform::audit;
use platform::error::{Error, Result};
use platform::http::{Path, Response};
use platform::ids::Id;
use platform::refusal::{Reason, Refusal};

/// Get the counts of an outreach campaign
///
/// They are made once, when the campaign is over, and emailed to the employer's contact. Nothing else about responses is shown
/// to anyone: counts are rounded to five and small ones are hidden, at least two at a time.
#[utoipa::path(
    operation_id = "getOutreachCounts", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_counts.read")), ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "The counts.", body = OutreachCounts))
)]
#[get("/v1/outreach-campaigns/{id}/counts")]
pub async fn get_outreach_counts(caller: Coordinator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let campaign = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
            let counts = closed::counts(tx, id)?;
            let (Some(counts), Some(closed_at)) = (counts, campaign.closed_at) else {
                return Err(Refusal::new(
                    Reason::OutreachState,
                    "The counts are made when an approved campaign ends. Try again then.",
                )
                .into());
            };
            audit::record(tx, caller.actor(), "outreach_counts.read", ("outreach_campaign", Some(id)))?;
            Response::ok(&OutreachCounts::new(id, closed_at, counts))
        })
        .await
}
