//! Staff accounts, which administrators open and close.

pub mod dto;
mod routes;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::create_staff)
        .service(routes::list_staff)
        .service(routes::get_staff)
        .service(routes::update_staff)
        .service(routes::list_staff_identity_history);
}
