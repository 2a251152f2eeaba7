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
mod notifications;
mod races;
mod remote_appointments;
mod slot_generation;
mod slots;
mod staff_booking;
