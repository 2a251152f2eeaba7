//! Holding slots; booking, moving and cancelling appointments; recording attendance.

pub mod dto;
pub mod ending;
mod facts;
mod figures;
pub mod letters;
pub mod meeting;
pub mod model;
pub mod notices;
pub mod offering;
pub mod queries;
mod routes;
pub mod rules;
mod store;
pub mod treating;

pub use figures::policies;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::slots::search_slots)
        .service(routes::slots::hold_slot)
        .service(routes::slots::release_slot)
        .service(routes::appointments::book_appointment)
        .service(routes::appointments::list_appointments)
        .service(routes::appointments::get_appointment)
        .service(routes::changes::reschedule_appointment)
        .service(routes::changes::set_appointment_phone)
        .service(routes::changes::cancel_appointment)
        .service(routes::changes::record_attendance);
}
