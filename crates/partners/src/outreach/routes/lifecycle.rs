//! HTTP handlers for the lifecycle of a campaign: submitted, approved by another coordinator, paused, resumed, cancelled.

use actix_web::post;

use super::{locked, view};
use crate::outreach::closing;
use crate::outreach::dto::OutreachCampaignView;
use crate::outreach::model::{OutreachEvent, OutreachState};
use crate::outreach::queries;
use crate::outreach::queries::{Campaign, recipients};
use crate::outreach::rules;
use people::{Caller, Coordinator};
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::{Attempt, IfMatch, Path, Response};
use platform::ids::Id;
use reference::service_limits::outreach;

/// Submit an outreach campaign
///
/// It must have recipients, and the employer's statement that the contacts were given for this purpose.
#[utoipa::path(
    operation_id = "submitOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.submitted")),
        ("x-problems" = json!(["state_conflict", "incomplete", "invalid_body"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "Submitted.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/submit")]
pub async fn submit_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Submitted, None, platform).await
}

/// Return an outreach campaign to draft
///
/// It is a draft again and can be changed.
#[utoipa::path(
    operation_id = "returnOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.returned")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "A draft again.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/return")]
pub async fn return_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Returned, None, platform).await
}

/// Approve an outreach campaign
///
/// By a coordinator who neither created nor submitted it, in the version that they have read. From its start on, messages are
/// sent at its pace.
#[utoipa::path(
    operation_id = "approveOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.approved")),
        ("x-problems" = json!(["state_conflict", "incomplete", "invalid_body", "second_person_required"]))),
    params(("id" = Id, Path, description = "The campaign."), IfMatch),
    responses((status = 200, description = "Approved.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/approve")]
pub async fn approve_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    seen: IfMatch,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Approved, Some(seen), platform).await
}

/// Pause an outreach campaign
///
/// Nothing is sent until it is resumed.
#[utoipa::path(
    operation_id = "pauseOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.paused")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "Paused.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/pause")]
pub async fn pause_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Paused, None, platform).await
}

/// Resume an outreach campaign
#[utoipa::path(
    operation_id = "resumeOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.resumed")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "Resumed; messages are sent again.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/resume")]
pub async fn resume_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Resumed, None, platform).await
}

/// Cancel an outreach campaign
///
/// Permanently. Nothing more is sent, and every contact is deleted.
#[utoipa::path(
    operation_id = "cancelOutreachCampaign", tag = "Outreach",
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.cancelled")),
        ("x-problems" = json!(["state_conflict"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "Cancelled.", body = OutreachCampaignView))
)]
#[post("/v1/outreach-campaigns/{id}/cancel")]
pub async fn cancel_outreach_campaign(
    caller: Coordinator,
    id: Path<Id>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    advance(attempt, caller.0, id.0, OutreachEvent::Cancelled, None, platform).await
}

async fn advance(
    attempt: Attempt,
    caller: Caller,
    id: Id,
    event: OutreachEvent,
    seen: Option<IfMatch>,
    platform: Platform,
) -> Result<Response> {
    platform
        .write_once(attempt, move |tx| {
            let mut campaign = locked(tx, id)?;
            if let Some(seen) = &seen {
                seen.check(campaign.version)?;
            }
            campaign.state = rules::step(campaign.state, event)?;
            apply_event(tx, &caller, &mut campaign, event)?;
            let next = (campaign.state == OutreachState::Running).then(|| campaign.plan.starts_at.max(tx.now));
            queries::update_state(tx, &campaign, next)?;
            if campaign.closed_at.is_some() {
                closing::record_counts(tx, &campaign)?;
            }
            audit::record(tx, caller.actor(), audit_action(event), ("outreach_campaign", Some(id)))?;
            view(tx, id)
        })
        .await
}

/// Applies what belongs to an event.
fn apply_event(tx: &mut Tx, caller: &Caller, campaign: &mut Campaign, event: OutreachEvent) -> Result<()> {
    match event {
        OutreachEvent::Submitted => {
            check_complete(tx, campaign)?;
            campaign.submitted_by = Some(caller.id);
        }
        OutreachEvent::Returned => campaign.submitted_by = None,
        OutreachEvent::Approved => {
            rules::check_approve(campaign.created_by, campaign.submitted_by, caller.id)?;
            check_complete(tx, campaign)?;
            campaign.released_by = Some(caller.id);
            campaign.released_at = Some(tx.now);
        }
        OutreachEvent::Cancelled => campaign.closed_at = Some(tx.now),
        OutreachEvent::Changed | OutreachEvent::Paused | OutreachEvent::Resumed | OutreachEvent::Ended => {}
    }
    Ok(())
}

fn check_complete(tx: &mut Tx, campaign: &Campaign) -> Result<()> {
    let (all, _) = recipients::count(tx, campaign.id)?;
    let limits = outreach::today(tx)?;
    Ok(rules::check_complete(&campaign.plan, all, tx.now.london_day(), &limits)?)
}

/// The action in the audit trail.
const fn audit_action(event: OutreachEvent) -> &'static str {
    match event {
        OutreachEvent::Changed => "outreach_campaign.changed",
        OutreachEvent::Submitted => "outreach_campaign.submitted",
        OutreachEvent::Returned => "outreach_campaign.returned",
        OutreachEvent::Approved => "outreach_campaign.approved",
        OutreachEvent::Paused => "outreach_campaign.paused",
        OutreachEvent::Resumed => "outreach_campaign.resumed",
        OutreachEvent::Cancelled => "outreach_campaign.cancelled",
        OutreachEvent::Ended => "outreach_campaign.ended",
    }
}
