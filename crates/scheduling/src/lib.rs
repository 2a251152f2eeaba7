//! Clinicians, their calendars, and the booking of appointments.

pub mod booking;
pub mod calendar;
pub mod clinicians;
pub mod retention;
pub mod schema;

use platform::http::operations::ServiceConfig;

/// Registers the operations of this crate.
pub fn configure(config: &mut ServiceConfig<'_>) {
    clinicians::configure(config);
    calendar::configure(config);
    booking::configure(config);
}

platform::versioned! {
    "appointments" = appointments;
    "clinics" = clinics;
}
