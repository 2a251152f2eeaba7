//! The clinical record: notes, problems, allergies, care plan, lead clinician, consent to share with the GP, and discharge.
//! Clinicians who treat the practitioner read it, and every read is recorded; the practitioner sees what is shared with them.

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::notes::write_note)
        .service(routes::notes::list_notes)
        .service(routes::notes::get_note)
        .service(routes::notes::change_note)
        .service(routes::notes::sign_note)
        .service(routes::notes::delete_note)
        .service(routes::notes::add_addendum)
        .service(routes::problems::add_problem)
        .service(routes::problems::list_problems)
        .service(routes::problems::get_problem)
        .service(routes::problems::change_problem)
        .service(routes::problems::list_earlier_problems)
        .service(routes::plans::get_care_plan)
        .service(routes::plans::put_care_plan)
        .service(routes::plans::list_care_plan_versions)
        .service(routes::plans::list_care_plans_due)
        .service(routes::own_record::get_my_record)
        .service(routes::own_record::list_my_notes)
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
