//! HTTP handlers of the clinical record.

pub mod allergies;
pub mod gp;
pub mod lead;
pub mod notes;
pub mod own_record;
pub mod plans;
pub mod prescribing_details;
pub mod problems;
