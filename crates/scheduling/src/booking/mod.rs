//! Holding slots; booking, moving and cancelling appointments; recording attendance.

pub mod attendance_hooks;
pub mod attendances;
pub mod availability;
pub mod care_relationship;
pub mod dto;
pub mod end_of_care;
mod facts;
pub mod meeting;
pub mod messages;
pub mod model;
pub mod notifications;
mod policy;
pub mod queries;
mod rebooking;
mod routes;
pub mod rules;
mod store;

pub use policy::policies;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::slots::list_slots)
        .service(routes::slots::hold_slot)
        .service(routes::slots::release_slot)
        .service(routes::appointments::book_appointment)
        .service(routes::appointments::list_appointments)
        .service(routes::appointments::get_appointment)
        .service(routes::changes::move_appointment)
        .service(routes::changes::replace_appointment_phone)
        .service(routes::changes::cancel_appointment)
        .service(routes::changes::record_attendance);
}
