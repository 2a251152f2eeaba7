//! Safety plans after Stanley and Brown: six steps that a practitioner takes when a crisis begins, from warning signs to a safer
//! environment. The practitioner writes the plan, alone or together with a clinician who treats them; every version stays, and the present
//! one is shown beside crisis help (`docs/clinical-rules.md#safety-plan`).

pub mod dto;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;
pub mod views;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::own::get_my_safety_plan)
        .service(routes::own::replace_my_safety_plan)
        .service(routes::own::list_my_safety_plan_history)
        .service(routes::own::get_my_safety_plan_version)
        .service(routes::own::get_my_crisis_help)
        .service(routes::clinicians::get_safety_plan)
        .service(routes::clinicians::replace_safety_plan)
        .service(routes::clinicians::list_safety_plan_history)
        .service(routes::clinicians::get_safety_plan_version);
}
