//! HTTP handlers of the clinical record.

pub mod allergies;
pub mod gp;
pub mod lead;
pub mod mine;
pub mod notes;
pub mod plans;
pub mod problems;
