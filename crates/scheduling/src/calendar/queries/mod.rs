//! The statements about clinics, absences and slots, and about appointments that lose their slots.

pub mod absences;
pub mod appointments;
pub mod clinics;
pub mod messages;
pub mod slots;
pub mod updates;
