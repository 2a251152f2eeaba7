//! Hubs, referrals between hubs and the service, and outreach.

pub mod hubs;
pub mod outreach;
pub mod retention;
pub mod schema;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    hubs::configure(config);
    outreach::configure(config);
}

platform::versioned! {
    "hubs" = hubs;
    "outreach-campaigns" = outreach_campaigns;
    "referrals" = hub_referrals;
}
