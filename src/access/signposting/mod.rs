//! Help elsewhere: what there is, whom it is for, and which of it fits a person's needs. Crisis help above all.

pub mod catalogue;
pub mod model;
pub mod rules;
