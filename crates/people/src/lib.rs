//! Accounts, sign-in, staff, practitioners, and the rules about which staff may know of which practitioners.

pub mod accounts;
pub mod audit_trail;
pub mod granted_access;
pub mod notifications;
pub mod practitioners;
pub mod relationships;
pub mod retention;
pub mod schema;
pub mod sign_in;
pub mod staff;
pub mod staff_changes;

pub use accounts::model::Role;
pub use sign_in::caller::{
    Administrator, Anyone, Caller, Clinician, Commissioner, Coordinator, HubCoordinator, Practitioner, PrivacyOfficer,
};

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    accounts::configure(config);
    sign_in::configure(config);
    staff::configure(config);
    staff_changes::configure(config);
    practitioners::configure(config);
    notifications::configure(config);
    granted_access::configure(config);
    audit_trail::configure(config);
    retention::configure(config);
}
