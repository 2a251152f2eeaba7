//! Floor 2: how people come to us, and whom we can help.

pub mod embedded;
pub mod funding;
pub mod hubs;
pub mod messages;
pub mod questionnaires;
pub mod registration;
pub mod self_check;
pub mod signposting;
pub mod workforce;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(config: &mut ServiceConfig<'_>) {
    funding::configure(config);
    hubs::configure(config);
    questionnaires::configure(config);
    registration::configure(config);
    messages::configure(config);
    signposting::configure(config);
    self_check::configure(config);
}
