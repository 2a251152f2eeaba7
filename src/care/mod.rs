//! Floor 4: what is found out about a person, and what is done for them.

pub mod assessment;
pub mod caseload;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(config: &mut ServiceConfig<'_>) {
    assessment::configure(config);
    caseload::configure(config);
}
