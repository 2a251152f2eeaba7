//! Staff accounts, which administrators open and close.

mod closing;
pub mod dto;
mod employers;
mod identity_changes;
mod opening;
mod routes;
mod searching;

pub use identity_changes::ACCOUNT_IDENTITY;
pub use opening::OPEN_ACCOUNT;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::create_staff)
        .service(routes::list_staff)
        .service(routes::get_staff)
        .service(routes::update_staff)
        .service(routes::list_staff_identity_history)
        .service(searching::search_staff);
}
