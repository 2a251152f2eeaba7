//! The NHS workforce: professions and their registers, work settings, nations, regions, and the integrated care boards that
//! commission care, each with the dates between which it exists.

pub mod catalogue;
pub mod dto;
pub mod in_force;
pub mod model;
pub mod rules;

pub use catalogue::successor_trusts;
pub use in_force::{bank_holidays, bank_holidays_or_shipped, boards, boards_on, boards_or_shipped};
