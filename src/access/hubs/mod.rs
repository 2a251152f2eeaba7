//! The staff mental-health hubs, and which areas each covers. Coverage is dated, because areas merge and hubs close.

pub mod dto;
pub mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_hubs).service(routes::get_hub);
}
