//! Prescriptions: who may prescribe what, the checks before a signature, and the printed form.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
