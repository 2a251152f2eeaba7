//! Floor 3.

mod absences;
mod clinicians;
mod clinics;
mod slots_layout;
