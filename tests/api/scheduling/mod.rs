//! Floor 3.

mod appointments;
mod attendance;
mod changes;
mod holds;
mod races;
mod slots;
mod staff_booking;
