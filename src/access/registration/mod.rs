//! Who may join: profession and registration, what the service is commissioned for on which day, and the reference that
//! stands for a person instead of a name.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod particulars;
pub mod pointing;
pub mod queries;
mod routes;
pub mod rules;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the operations of this room.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::eligibility::get_eligibility)
        .service(routes::eligibility::get_contact_eligibility)
        .service(routes::register::register_practitioner)
        .service(routes::intake::list_intake_switches)
        .service(routes::intake::get_intake_switch)
        .service(routes::intake::turn_intake_switch)
        .service(routes::intake::update_intake_switch)
        .service(routes::mine::get_my_registration)
        .service(routes::mine::update_my_registration)
        .service(routes::blocked::list_blocked_colleagues)
        .service(routes::blocked::block_colleague)
        .service(routes::blocked::unblock_colleague);
}
