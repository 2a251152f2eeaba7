//! Floor 3.

mod absences;
mod clinicians;
mod clinics;
mod slots_layout;
mod appointments;
mod attendance;
mod changes;
mod holds;
mod races;
mod slots;
mod staff_booking;
