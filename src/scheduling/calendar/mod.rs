//! When clinicians work: recurring clinics, absences, and the slots laid out from them.

pub mod model;
pub mod rules;
