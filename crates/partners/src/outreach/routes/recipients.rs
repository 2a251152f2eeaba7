//! HTTP handler that adds recipients in batches; they are never shown again.

use std::collections::HashSet;

use actix_web::post;

use super::locked;
use crate::outreach::addresses;
use crate::outreach::dto::{AddOutreachRecipients, OutreachRecipientsResult};
use crate::outreach::links::AddressKey;
use crate::outreach::model::OutreachEvent;
use crate::outreach::queries;
use crate::outreach::queries::opt_outs;
use crate::outreach::queries::recipients;
use crate::outreach::queries::recipients::NewRecipient;
use crate::outreach::rules;
use people::Coordinator;
use platform::Platform;
use platform::Tx;
use platform::audit;
use platform::error::Result;
use platform::http::{Attempt, Json, Path, Response};
use platform::ids::Id;
use platform::outbox::MessageCarrier;
use reference::service_limits::outreach;

/// Add recipients to an outreach campaign
///
/// Possible while the campaign is a draft. Either the whole batch is added or, when an address is invalid, none of it. An address
/// that the campaign already has is counted but not added again. For a person who has opted out no address is stored; the answer
/// does not reveal who that is. Bodies larger than 64 KiB are refused: send smaller batches.
#[utoipa::path(
    operation_id = "addOutreachRecipients", tag = "Outreach", request_body = AddOutreachRecipients,
    extensions(("x-roles" = json!(Coordinator::ROLES)), ("x-audit" = json!("outreach_campaign.recipients_added")),
        ("x-problems" = json!(["state_conflict", "invalid_body"]))),
    params(("id" = Id, Path, description = "The campaign.")),
    responses((status = 200, description = "Added.", body = OutreachRecipientsResult))
)]
#[post("/v1/outreach-campaigns/{id}/recipients")]
pub async fn add_outreach_recipients(
    caller: Coordinator,
    id: Path<Id>,
    form: Json<AddOutreachRecipients>,
    attempt: Attempt,
    platform: Platform,
) -> Result<Response> {
    let id = id.0;
    platform
        .write_once(attempt, move |tx| {
            let result = add_batch(tx, id, &form)?;
            audit::record(tx, caller.actor(), "outreach_campaign.recipients_added", ("outreach_campaign", Some(id)))?;
            Response::ok(&result)
        })
        .await
}

fn add_batch(tx: &mut Tx, id: Id, form: &AddOutreachRecipients) -> Result<OutreachRecipientsResult> {
    let campaign = locked(tx, id)?;
    rules::step(campaign.state, OutreachEvent::Changed)?;
    let is_allowed = |channel| match channel {
        MessageCarrier::Email => campaign.plan.by_email,
        MessageCarrier::Sms => campaign.plan.by_text,
    };
    let batch = addresses::normalise_batch(form.addresses.iter().map(|address| &address.0), is_allowed)?;
    let received = batch.len();
    let batch: Vec<NewRecipient> = batch
        .into_iter()
        .map(|(channel, address)| {
            let index = AddressKey::of(tx.sealer, &address).index(tx.sealer);
            NewRecipient { channel, address: Some(address), index }
        })
        .collect();
    let indexes: Vec<String> = batch.iter().map(|new| new.index.clone()).collect();
    let mut seen: HashSet<String> = recipients::known_addresses(tx, id, &indexes)?;
    let opted_out = opt_outs::opted_out(tx, &indexes)?;
    let fresh: Vec<NewRecipient> = batch
        .into_iter()
        .filter(|new| seen.insert(new.index.clone()))
        .map(|new| if opted_out.contains(&new.index) { NewRecipient { address: None, ..new } } else { new })
        .collect();
    let added = fresh.len();
    recipients::add(tx, id, fresh)?;
    let (all, _) = recipients::count(tx, id)?;
    let limits = outreach::today(tx)?;
    rules::check_recipient_count(all, &limits)?;
    queries::increment_version(tx, id)?;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(OutreachRecipientsResult { received: number(received), duplicates: number(received - added), recipients: all })
}
