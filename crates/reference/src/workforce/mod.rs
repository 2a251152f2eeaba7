//! Who works where: professions and their registers, places of work, regions, and the boards that commission care, each with
//! its days.

pub mod catalogue;
pub mod model;
pub mod rules;

pub use catalogue::{bank_holidays, boards};
