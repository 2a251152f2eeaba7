//! The clinical record: notes, problems, allergies, prescribing details, care plan, lead clinician, consent to share with the GP,
//! and discharge. Clinicians who treat the practitioner read it, and every read is recorded; the practitioner sees what is shared
//! with them.

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::notes::create_note)
        .service(routes::notes::list_notes)
        .service(routes::notes::get_note)
        .service(routes::notes::update_note)
        .service(routes::notes::sign_note)
        .service(routes::notes::delete_note)
        .service(routes::notes::create_addendum)
        .service(routes::problems::create_problem)
        .service(routes::problems::list_problems)
        .service(routes::problems::get_problem)
        .service(routes::problems::update_problem)
        .service(routes::problems::list_problem_history)
        .service(routes::plans::get_care_plan)
        .service(routes::plans::replace_care_plan)
        .service(routes::plans::list_care_plan_history)
        .service(routes::plans::list_care_plans)
        .service(routes::own_record::get_my_record)
        .service(routes::own_record::list_my_notes)
        .service(routes::allergies::get_allergies)
        .service(routes::allergies::replace_allergies)
        .service(routes::allergies::list_allergy_history)
        .service(routes::prescribing_details::get_prescribing_details)
        .service(routes::prescribing_details::replace_prescribing_details)
        .service(routes::gp::get_my_gp_sharing)
        .service(routes::gp::replace_my_gp_sharing)
        .service(routes::gp::get_gp_sharing)
        .service(routes::gp::replace_gp_sharing)
        .service(routes::gp::list_gp_sharing_history)
        .service(routes::lead::get_lead_clinician)
        .service(routes::lead::replace_lead_clinician);
}
