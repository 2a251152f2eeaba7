//! The record: notes, problems, allergies, care plan, lead clinician, consent to tell the GP, discharge.

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(_: &mut ServiceConfig<'_>) {}
