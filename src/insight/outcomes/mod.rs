//! What came of it: reliable change, recovery and what people said, in counts that name nobody.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
