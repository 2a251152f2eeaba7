//! The statements about slots and appointments that booking needs.

pub mod appointments;
pub mod booking;
pub mod history;
pub mod lookups;
pub mod slots;
