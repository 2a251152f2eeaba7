//! Every statement about slots and appointments, as far as booking reads and writes them.

pub mod appointments;
pub mod booking;
pub mod history;
pub mod reading;
pub mod slots;
