//! Floor 4: what is found out about a person, and what is done for them.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this floor.
pub fn configure(_config: &mut ServiceConfig<'_>) {}
