//! Accounts, sign-in, staff, practitioners, and the rules about which staff may know of which practitioners.

pub mod accounts;
pub mod notifications;
pub mod practitioners;
pub mod relationships;
pub mod schema;
pub mod sign_in;
pub mod staff;

pub use accounts::model::Role;
pub use sign_in::caller::{Administrator, Anyone, Caller, Clinician, Commissioner, Coordinator, HubCoordinator, Practitioner};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    accounts::configure(config);
    sign_in::configure(config);
    staff::configure(config);
    practitioners::configure(config);
    notifications::configure(config);
}
