//! When clinicians work: recurring clinics, absences, and the slots planned from them.

pub mod callers;
pub mod concealed;
pub mod dto;
pub mod holidays;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod queries;
pub mod reservations;
pub mod routes;
pub mod rules;
pub mod slots;

pub use holidays::update_requested;
pub use slots::extend;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::messages::get_my_calendar_message_preferences)
        .service(routes::messages::replace_my_calendar_message_preferences)
        .service(routes::clinics::create_clinic)
        .service(routes::clinics::list_clinics)
        .service(routes::clinics::get_clinic)
        .service(routes::clinics::replace_clinic)
        .service(routes::clinics::end_clinic)
        .service(routes::absences::create_absence)
        .service(routes::absences::list_absences)
        .service(routes::absences::delete_absence)
        .service(routes::calendar::get_calendar)
        .service(routes::calendar::list_orphaned_appointments);
}
