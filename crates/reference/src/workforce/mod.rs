//! The NHS workforce: professions and their registers, work settings, nations, regions, and the integrated care boards that
//! commission care, each with the dates between which it exists.

pub mod catalogue;
pub mod model;
pub mod rules;

pub use catalogue::{bank_holidays, boards, successor_trusts};
