//! The directory of clinicians: who can be chosen, when they are next free, and who is hidden from a practitioner.

mod bookable;
pub mod callers;
pub mod dto;
mod identity_changes;
pub mod model;
pub mod queries;
mod routes;
pub mod rules;
mod search;

pub use bookable::{BookableSlots, BookableSlotsLookup};
pub use identity_changes::CLINICIAN_IDENTITY;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this module.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(routes::replace_clinician).service(routes::list_clinicians).service(routes::get_clinician);
}
