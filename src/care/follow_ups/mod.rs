//! Follow-ups: what is agreed at the end of an appointment, suggested as a booking, and chased when overdue.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
