//! Floor 5: figures for the people who run and fund the service. No cell is smaller than five.

pub mod activity;
pub mod outcomes;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(config: &mut ServiceConfig<'_>) {
    activity::configure(config);
    outcomes::configure(config);
}
