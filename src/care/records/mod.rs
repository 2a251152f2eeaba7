//! The record: notes, problems, allergies, care plan, lead clinician, consent to tell the GP, discharge. Read by those who
//! treat, every reading recorded; the practitioner sees what is shared with them.

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::allergies::get_allergies)
        .service(routes::allergies::put_allergies)
        .service(routes::allergies::list_allergy_statements)
        .service(routes::gp::get_my_gp_sharing)
        .service(routes::gp::put_my_gp_sharing)
        .service(routes::gp::get_gp_sharing)
        .service(routes::gp::record_gp_sharing)
        .service(routes::gp::list_gp_sharing_statements)
        .service(routes::lead::get_lead_clinician)
        .service(routes::lead::change_lead_clinician);
}
