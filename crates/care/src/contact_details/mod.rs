//! How to reach a practitioner: phone numbers, email address, how they may be called and, for a risk alert, their emergency contact.
//! Staff see it only for a reason that is true now: an open risk alert, an appointment by telephone, an open follow-up.

mod dto;
mod facts;
mod model;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::get_contact_details);
}
