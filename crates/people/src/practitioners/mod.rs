//! Practitioners: their registration details, their pathway, and the colleagues they block.

pub mod details;
pub mod dto;
pub mod model;
pub mod queries;
pub mod routes;
pub mod rules;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::blocked::list_blocked_colleagues)
        .service(routes::blocked::block_colleague)
        .service(routes::blocked::delete_blocked_colleague);
}
