//! The questionnaires the service asks: what they hold, how they are scored, and what a change between two scores means.

pub mod catalogue;
pub mod dto;
pub mod model;
pub mod rules;

pub use catalogue::catalogue;
