//! HTTP handlers of outreach.

pub(super) mod campaigns;
pub(super) mod counts;
pub(super) mod lifecycle;
pub(super) mod recipients;
pub(super) mod responses;
pub(super) mod teams;

use super::dto::OutreachCampaignView;
use super::queries::{self, Campaign, recipients as people_queries};
use platform::Tx;
use platform::error::{Error, Result};
use platform::http::Response;
use platform::ids::Id;

fn locked(tx: &mut Tx, id: Id) -> Result<Campaign> {
    queries::locked(tx, id)?.ok_or_else(Error::not_found)
}

/// The answer with the campaign as it is now.
fn view(tx: &mut Tx, id: Id) -> Result<Response> {
    let campaign = queries::find(tx, id)?.ok_or_else(Error::not_found)?;
    let (count, version) = (people_queries::count(tx, id)?, campaign.version);
    Ok(Response::ok(&OutreachCampaignView::new(campaign, count, &tx.policy.app_url))?.with_version(version))
}
