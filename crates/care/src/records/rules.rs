//! Rules of the clinical record.

mod allergies;
mod care;
mod notes;
mod problems;
mod snomed;

pub use allergies::check_allergies;
pub use care::{DischargeFacts, check_review, ends, may_discharge, readmit};
pub use notes::{MOST_ADDENDA, may_add, may_change, may_sign};
pub use problems::{MOST_PROBLEMS, may_add_problem, may_change_problem};
pub use snomed::is_snomed_code;

#[cfg(test)]
mod tests;
