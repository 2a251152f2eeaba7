//! Every statement about clinics, absences and slots, and about what becomes of appointments whose slots go.

pub mod absences;
pub mod appointments;
pub mod clinics;
pub mod messages;
pub mod slots;
