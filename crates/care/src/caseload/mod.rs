//! Lists of practitioners for clinicians and coordinators, by reference and pseudonym, never by name.

pub mod dto;
pub mod queries;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::list_practitioners).service(routes::get_practitioner);
}
