//! Feedback after appointments and at discharge.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
