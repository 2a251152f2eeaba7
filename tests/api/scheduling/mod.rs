//! The crate `scheduling`: clinics, slots and appointments.

mod absences;
mod appointments;
mod attendance;
mod bookable;
mod calendar_messages;
mod changes;
mod clinicians;
mod clinics;
mod holds;
mod meeting;
mod notices;
mod races;
mod slots;
mod slots_layout;
mod staff_booking;
