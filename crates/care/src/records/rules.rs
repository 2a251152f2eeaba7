//! Rules of the clinical record.

mod allergies;
mod care;
mod notes;
mod open_items;
mod prescribing_details;
mod problems;
mod snomed;

pub use allergies::check_allergies;
pub use care::{
    DischargeFacts, check_review_date, ends_with_care, kept_until, may_discharge, may_end_care, pathway_on_readmission,
};
pub use notes::{MAX_ADDENDA, may_add_addendum, may_change, may_sign};
pub use open_items::settle;
pub use prescribing_details::check_prescribing_details;
pub use problems::{MAX_PROBLEMS, may_add_problem, may_change_problem};
pub use snomed::is_snomed_code;

#[cfg(test)]
mod tests;
