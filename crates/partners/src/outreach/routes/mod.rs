//! The front desk of outreach.

pub(super) mod answers;
pub(super) mod campaigns;
pub(super) mod counts;
pub(super) mod course;
pub(super) mod recipients;
pub(super) mod teams;

use super::dto::OutreachCampaignView;
use super::queries::{self, Campaign, recipients as people_queries};
use platform::Platform;
use platform::db::Conn;
use platform::error::{Error, Result};
use platform::http::Answer;
use platform::ids::Id;

/// The campaign, its row locked until the transaction ends.
fn locked(conn: &mut Conn, platform: &Platform, id: Id) -> Result<Campaign> {
    queries::locked(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)
}

/// The campaign as it is now.
fn view(conn: &mut Conn, platform: &Platform, id: Id) -> Result<Answer> {
    let campaign = queries::find(conn, &platform.sealer, id)?.ok_or_else(Error::not_found)?;
    let (count, version) = (people_queries::count(conn, id)?, campaign.version);
    Ok(Answer::ok(&OutreachCampaignView::new(campaign, count, &platform.policy.app_url))?.version(version))
}
