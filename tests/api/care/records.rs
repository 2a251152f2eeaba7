//! The clinical record.

mod allergies;
mod gp;
mod lead;
