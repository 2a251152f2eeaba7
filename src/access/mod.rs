//! Floor 2: how people come to us, and whom we can help.

pub mod conflicts;
pub mod contacts;
pub mod embedded;
pub mod funding;
pub mod hubs;
pub mod messages;
pub mod outreach;
pub mod questionnaires;
pub mod registration;
pub mod self_check;
pub mod signposting;
pub mod workforce;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(config: &mut ServiceConfig<'_>) {
    signposting::configure(config);
    questionnaires::configure(config);
    self_check::configure(config);
    contacts::configure(config);
    registration::configure(config);
    messages::configure(config);
    funding::configure(config);
    hubs::configure(config);
    outreach::configure(config);
}
