//! Fit notes: who may issue one, for how long, how it looks, and how its genuineness is checked.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
