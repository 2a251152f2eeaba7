//! Group therapy: programmes, screening, places, sessions and attendance.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
