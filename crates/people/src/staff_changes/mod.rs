//! Changes to staff that wait for a second administrator: everything that gives a person access to people or to controlled drugs.
//! The crate that such a change belongs to proposes it ([`propose`]) and registers how it is applied ([`ChangeHandler`]).

pub mod dto;
pub mod model;
mod proposals;
pub mod queries;
mod routes;
pub mod rules;

pub use proposals::{
    ChangeHandler, ChangeHandlers, pending, pending_among, proposal_data, propose, refuse_for_oneself, required_reason,
    withdraw_pending,
};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(routes::list_staff_changes)
        .service(routes::get_staff_change)
        .service(routes::approve_staff_change)
        .service(routes::reject_staff_change)
        .service(routes::withdraw_staff_change);
}
