//! HTTP handlers that create, read and change campaigns.

use actix_web::{get, patch, post};

use super::{locked, view};
use crate::outreach::dto::{
    CreateOutreachCampaign, OutreachCampaignQuery, OutreachCampaignSummary, OutreachCampaignView, UpdateOutreachCampaign,
};
use crate::outreach::model::OutreachEvent;
use crate::outreach::{queries, rules};
use people::Coordinator;
use platform::Platform;
use platform::audit;
use platform::error::Result;
use platform::http::{Attempt, IfMatch, Json, Page, Paging, Path, Query, Response};
use platform::ids::Id;
use reference::service_limits::outreach;

/// List outreach campaigns
#[utoipa::path(
    operation_id = "listOutreachCampaigns", tag = "Outreach", params(OutreachCampaignQuery),
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.listed"))),
    responses((status = 200, description = "The campaigns, newest first.", body = Page<OutreachCampaignSummary>))
)]
#[get("/v1/outreach-campaigns")]
pub async fn list_outreach_campaigns(
    caller: Coordinator,
    query: Query<OutreachCampaignQuery>,
    paging: Paging,
    platform: Platform,
) -> Result<Response> {
    let OutreachCampaignQuery { state } = query.0;
    platform
        .write(move |tx| {
            let rows = queries::list(tx, state, paging.after, paging.rows())?;
            let page = paging.readable(rows)?;
            let shown: Vec<_> = page.items.iter().map(|campaign| (campaign.id, None)).collect();
            audit::record_listed(tx, caller.actor(), "outreach_campaign.listed", "outreach_campaign", &shown)?;
            Response::ok(&page.map(|campaign| OutreachCampaignSummary::from(&campaign)))
        })
        .await
}

/// Create an outreach campaign
///
/// The campaign tells a group of staff at particular risk, in neutral words, that there is an offer. It is a draft until it is
/// submitted, and nothing is sent until another coordinator has approved it.
#[utoipa::path(
    operation_id = "createOutreachCampaign", tag = "Outreach", request_body = CreateOutreachCampaign,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.created")),
        ("x-problems" = json!(["invalid_body"]))),
    responses((status = 201, description = "The new draft.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns")]
pub async fn create_outreach_campaign(
    caller: Coordinator,
    attempt: Attempt,
    form: Json<CreateOutreachCampaign>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let limits = outreach::today(tx)?;
            let plan = form.plan(&limits)?;
            rules::check_plan(&plan, tx.now.london_day(), &limits)?;
            let id = queries::insert(tx, &plan, caller.id)?;
            audit::record(tx, caller.actor(), "outreach_campaign.created", ("outreach_campaign", Some(id)))?;
            Ok(view(tx, id)?.with_location(format!("/v1/outreach-campaigns/{id}")))
        })
        .await
}

/// Get an outreach campaign
///
/// With its messages, and how many recipients wait. Recipients are shown to no one.
#[utoipa::path(
    operation_id = "getOutreachCampaign", tag = "Outreach", extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.read"))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "The campaign.", body = OutreachCampaignView))
)]
#[get("/v1/outreach-campaigns/{id}")]
pub async fn get_outreach_campaign(caller: Coordinator, id: Path<Id>, platform: Platform) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let response = view(tx, id)?;
            audit::record(tx, caller.actor(), "outreach_campaign.read", ("outreach_campaign", Some(id)))?;
            Ok(response)
        })
        .await
}

/// Update a draft outreach campaign
///
/// Possible while it is a draft.
#[utoipa::path(
    operation_id = "updateOutreachCampaign", tag = "Outreach", request_body = UpdateOutreachCampaign,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.changed")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The campaign."), IfMatch),
    responses((status = 200, description = "The campaign as it is now.", body = OutreachCampaignView))
)]
#[patch("/v1/outreach-campaigns/{id}")]
pub async fn update_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    seen: IfMatch,
    form: Json<UpdateOutreachCampaign>,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write(move |tx| {
            let campaign = locked(tx, id)?;
            seen.check(campaign.version)?;
            rules::step(campaign.state, OutreachEvent::Changed)?;
            let plan = form.apply(campaign.plan.clone())?;
            let limits = outreach::today(tx)?;
            rules::check_plan(&plan, tx.now.london_day(), &limits)?;
            queries::update_plan(tx, &campaign, &plan)?;
            audit::record(tx, caller.actor(), "outreach_campaign.changed", ("outreach_campaign", Some(id)))?;
            view(tx, id)
        })
        .await
}
