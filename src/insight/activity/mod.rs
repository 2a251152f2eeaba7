//! What was done: appointments, attendance, waits and spending, in counts that name nobody.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
