//! The operations with which administrators read and change reference data, and what follows when a change begins.
//!
//! The changes are stored by [`reference::reference_data`]. This module knows every dataset: which entries the program ships, in which
//! form an entry is sent, and by which checks of its own crate it is checked.

mod changes;
mod datasets;
pub mod dto;
pub mod jobs;
mod routes;
pub mod rules;

pub use changes::faults;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::list_reference_data)
        .service(routes::list_reference_changes)
        .service(routes::create_reference_change)
        .service(routes::get_reference_change)
        .service(routes::approve_reference_change)
        .service(routes::withdraw_reference_change);
}
